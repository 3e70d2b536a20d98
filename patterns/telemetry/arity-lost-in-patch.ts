/**
 * A tracer patches `removeAllListeners` to keep its books, and a cleaner that calls it without a name removes
 * nothing any more.
 *
 * **What leaks** Every listener that the cleaner was to remove.
 *
 * **Why it survives** The method looks at the number of its arguments: none means all. The patch always passes one,
 * `undefined`, so that only listeners of an event of that name go.
 *
 * **How it shows up** With the tracer installed, listeners pile up in code that was right for years.
 *
 * **How to fix** Pass on exactly what was given.
 *
 * **When this is not a leak** When a method does not tell a missing argument from `undefined`.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Patched method that loses the number of its arguments',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['DataDog/dd-trace-js#1260'],
  hints: [
    'Call the patched method without arguments. What does the original get?',
    '`f()` and `f(undefined)` are not the same call.',
    'Use `...args` in the patch.',
  ],
  node: '>=22',
} satisfies Pattern;

let removals = 0;

class TracedEmitter extends EventEmitter {
  override removeAllListeners(name?: string): this {
    removals++;
    return super.removeAllListeners(name);
  }
}

/** Tells all that happens in this process. */
const hub = new TracedEmitter();

function watchDownload(): string[] {
  const seen: string[] = [];
  hub.on('progress', (part: string) => seen.push(part)); // LEAK: listener
  hub.emit('progress', 'half');
  hub.emit('progress', 'whole');
  return seen;
}

export async function run(): Promise<Outcome> {
  const before = removals;
  const seen = watchDownload();
  hub.removeAllListeners();
  return { seen, removals: removals - before };
}
