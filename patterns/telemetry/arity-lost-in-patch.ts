/**
 * A tracer patches `removeAllListeners` to count its calls, and code that calls the method without a name no longer
 * removes anything.
 *
 * **What leaks** Every listener that the call should have removed.
 *
 * **Why it survives** The method checks the number of its arguments: none means all events. The patch always passes
 * one, `undefined`, so only listeners of an event of that name are removed.
 *
 * **How it shows up** With the tracer installed, listeners pile up in code that worked for years.
 *
 * **How to fix** Pass on exactly the given arguments.
 *
 * **When this is not a leak** When a method treats a missing argument and `undefined` alike.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Patched method passes an extra argument',
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

/** The hub of all events in this process. */
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
