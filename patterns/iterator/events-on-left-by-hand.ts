/**
 * A test harness steps through the log events of a shared runner until the one it wants has come, and walks away.
 *
 * **What leaks** The two listeners of each `events.on` that was left, and every event that has come since.
 *
 * **Why it survives** Only `return()` takes the listeners off, and only a `for await` calls it by itself. The runner
 * lives on, and each of its events is queued for an iterator that nobody will ask again.
 *
 * **How it shows up** The heap grows with the number of events times the number of waits;
 * `MaxListenersExceededWarning` comes after eleven.
 *
 * **How to fix** Use `for await`, which returns the iterator however it is left, or call `return()` in a `finally`.
 *
 * **When this is not a leak** When the emitter goes away with the wait.
 */
import { EventEmitter, on } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Event iterator that was stepped by hand and left',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['nodejs/node#37779'],
  hints: [
    'The harness has what it wanted. Who tells the iterator?',
    '`events.on` listens until it is returned; `next()` alone never does that.',
    'Write the loop as `for await`, or call `return()` in a finally.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Runs for as long as the session and logs as it goes. */
const runner = new EventEmitter();

async function waitForLine(wanted: string): Promise<number> {
  const lines = on(runner, 'line'); // LEAK: listener x2
  for (let read = 1; ; read++) {
    const { value } = await lines.next();
    if ((value as readonly string[])[0] === wanted) return read;
  }
}

export async function run(): Promise<Outcome> {
  const ready = waitForLine('ready');
  for (const line of ['booting', 'loading', 'ready', 'idle']) runner.emit('line', line);
  return { readBeforeReady: await ready };
}
