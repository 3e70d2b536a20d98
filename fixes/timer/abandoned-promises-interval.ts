/** Fixed: leaving the pairs by a break or an error returns the two iterators beneath them, and the interval clears its timer. */
import { setInterval as every } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

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
  // FIX: return the iterators driven by hand
  try {
    for (;;) {
      const [a, b] = await Promise.all([lefts.next(), rights.next()]);
      if (a.done || b.done) return;
      yield [a.value, b.value];
    }
  } finally {
    await Promise.all([lefts.return?.(), rights.return?.()]);
  }
}

export async function run(): Promise<Outcome> {
  const replayed: string[] = [];
  const ticks = every(5);
  for await (const [order] of zip(recordedOrders(), ticks)) {
    replayed.push(`${order.side} ${order.id}`);
    if (order.id === 3) break;
  }
  return { replayed };
}
