/**
 * A logger waits until a transport has written a line or failed, and only the listener that fired is
 * removed.
 *
 * **What leaks** The `error` listener of each line that was written.
 *
 * **Why it survives** `once` removes only the listener that fires. As long as nothing fails, the other half of each
 * pair stays on the transport, which lives as long as the process.
 *
 * **How it shows up** `MaxListenersExceededWarning` for `error` after eleven lines. The first real error then calls
 * thousands of listeners, each for a line written long ago.
 *
 * **How to fix** Remove both listeners when either fires; `events.once` does so.
 *
 * **When this is not a leak** When the transport is made for one line and dropped with it.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Only the listener that fired is removed',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['winstonjs/winston#218'],
  hints: [
    'Two events can end the wait. How many listeners does one event remove?',
    'Count the `error` listeners after each line that was written.',
    'Remove the other listener too, or use `once` of node:events.',
  ],
  node: '>=22',
} satisfies Pattern;

class Transport extends EventEmitter {
  readonly lines: string[] = [];

  write(line: string): void {
    queueMicrotask(() => {
      this.lines.push(line);
      this.emit('logged');
    });
  }
}

/** The transport that writes the log of this process. */
const transport = new Transport();

function logged(line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    transport.once('logged', resolve);
    transport.once('error', reject); // LEAK: listener x2
    transport.write(line);
  });
}

export async function run(): Promise<Outcome> {
  const before = transport.lines.length;
  await logged('started');
  await logged('listening on 8080');
  return { lines: transport.lines.slice(before) };
}
