/** Fixed: `events.once` removes the `error` listener when the line is written. */
import { EventEmitter, once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

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

async function logged(line: string): Promise<void> {
  // FIX: removes both listeners, whichever fires
  const done = once(transport, 'logged');
  transport.write(line);
  await done;
}

export async function run(): Promise<Outcome> {
  const before = transport.lines.length;
  await logged('started');
  await logged('listening on 8080');
  return { lines: transport.lines.slice(before) };
}
