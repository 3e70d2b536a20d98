/** Fixed: `for await` returns the iterator when the loop is left, which removes the listeners. */
import { EventEmitter, on } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

/** The test runner, which logs for as long as the session lasts. */
const runner = new EventEmitter();

async function waitForLine(wanted: string): Promise<number> {
  let read = 0;
  // FIX: leaving the loop returns the iterator
  for await (const [line] of on(runner, 'line') as AsyncIterable<readonly string[]>) {
    read++;
    if (line === wanted) return read;
  }
  throw new Error('the runner has ended'); // FIX: the compiler assumes that the loop can end
}

export async function run(): Promise<Outcome> {
  const ready = waitForLine('ready');
  for (const line of ['booting', 'loading', 'ready', 'idle']) runner.emit('line', line);
  return { readBeforeReady: await ready };
}
