/**
 * A lock can be asked for with a deadline, and the timer behind the deadline is cleared when the wait has failed.
 *
 * **What leaks** The timer of each lock that was got in time.
 *
 * **Why it survives** The clearing stands in the `catch`. A lock that is got throws nothing, so its timer runs on to
 * the deadline, with the ticket that it would reject.
 *
 * **How it shows up** Workers that lock often keep thousands of timers, and exit a minute after their work.
 *
 * **How to fix** Clear the timer in a `finally`.
 *
 * **When this is not a leak** When locks are hardly ever got in time.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Deadline of a lock that is cleared only when it was missed',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['DirtyHairy/async-mutex#33'],
  hints: [
    'The lock was got. Who clears the deadline?',
    '`catch` is for one of the two ways out.',
    'Move `clearTimeout` to a finally.',
  ],
  node: '>=22',
} satisfies Pattern;

class Lock {
  #tail: Promise<void> = Promise.resolve();

  async acquire(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const before = this.#tail;
    this.#tail = promise;
    await before;
    return resolve;
  }
}

async function acquireWithin(lock: Lock, deadline: number): Promise<() => void> {
  const expiry = Promise.withResolvers<never>();
  const timer = setTimeout(() => expiry.reject(new Error('locked')), deadline); // LEAK: timer x2
  try {
    return await Promise.race([lock.acquire(), expiry.promise]);
  } catch (error) {
    clearTimeout(timer);
    throw error;
  }
}

const stock = new Map([['tea', 2]]);

async function sell(lock: Lock, article: string): Promise<number> {
  const release = await acquireWithin(lock, 60_000);
  const left = (stock.get(article) ?? 0) - 1;
  release();
  return left;
}

export async function run(): Promise<Outcome> {
  const lock = new Lock();
  return { left: await Promise.all([sell(lock, 'tea'), sell(lock, 'tea')]) };
}
