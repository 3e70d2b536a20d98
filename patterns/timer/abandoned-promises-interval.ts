/**
 * Recorded orders are replayed one per tick of an interval, and a break out of the replay leaves the interval running.
 *
 * **What leaks** The timer inside the iterator of `setInterval` from `node:timers/promises`.
 *
 * **Why it survives** The iterator clears its timer when `return()` is called, which `for await` does only on the iterator it was given. Here that is the iterator of pairs; the two beneath it are driven by hand with `next()`, and nothing ever calls their `return()`.
 *
 * **How it shows up** The process does not exit after the last replay. In a service each replay adds a timer that fires at its full rate, so idle CPU rises with every replay.
 *
 * **How to fix** Call `return()` on an iterator that you drive by hand with `next()`, in a finally, which also runs on `break` and on errors.
 *
 * **When this is not a leak** An iterator that was never asked for a first value has not started its timer. A plain `for await` straight over the interval needs no care.
 */
import { setInterval as every } from 'node:timers/promises';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Interval iterator driven by hand, never returned',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['achingbrain/it#216'],
  hints: [
    'Which iterator learns of the break, and which does not?',
    'for await calls return() on one iterator; three are open.',
    'Wrap the loop of zip() in try and return both iterators in finally.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Order {
  readonly id: number;
  readonly side: 'buy' | 'sell';
}

async function* recordedOrders(): AsyncGenerator<Order> {
  for (let id = 1; ; id += 1) yield { id, side: id % 2 === 1 ? 'buy' : 'sell' };
}

/** Yields pairs until one side runs out. */
async function* zip<A, B>(left: AsyncIterable<A>, right: AsyncIterable<B>): AsyncGenerator<[A, B]> {
  const lefts = left[Symbol.asyncIterator]();
  const rights = right[Symbol.asyncIterator]();
  for (;;) {
    const [a, b] = await Promise.all([lefts.next(), rights.next()]); // LEAK: timer
    if (a.done || b.done) return;
    yield [a.value, b.value];
  }
}

export async function run(): Promise<Outcome> {
  const replayed: string[] = [];
  const ticks = every(5); // ALSO
  for await (const [order] of zip(recordedOrders(), ticks)) {
    replayed.push(`${order.side} ${order.id}`);
    if (order.id === 3) break;
  }
  return { replayed };
}
