/**
 * A test harness steps through the log events of a shared runner up to the wanted one, and drops the iterator.
 *
 * **What leaks** The two listeners of each dropped `events.on` iterator, and every event since.
 *
 * **Why it survives** Only `return()` removes the listeners, and only `for await` calls `return()` by itself. The
 * runner lives on, and each of its events is queued for an iterator that is never read again.
 *
 * **How it shows up** The heap grows with the number of events times the number of waits;
 * `MaxListenersExceededWarning` comes after eleven.
 *
 * **How to fix** Use `for await`, which always returns the iterator, or call `return()` in a `finally`.
 *
 * **When this is not a leak** When the emitter does not outlive the wait.
 */
import { EventEmitter, on } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Event iterator stepped by hand, never returned',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['nodejs/node#37779'],
  hints: [
    'The harness has its event. What ends the iterator?',
    '`events.on` listens until `return()` is called; `next()` alone never ends it.',
    'Write the loop as `for await`, or call `return()` in a `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** The test runner, which logs for as long as the session lasts. */
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
