/**
 * A lock can be requested with a deadline, and the deadline's timer is cleared only when the wait fails.
 *
 * **What leaks** The timer of each lock that was acquired in time.
 *
 * **Why it survives** The clearing stands in the `catch`. Acquiring a lock in time throws
 * nothing, so its timer runs on to the deadline and holds the promise that it would reject.
 *
 * **How it shows up** Workers that lock often hold thousands of timers, and exit a minute after their last job.
 *
 * **How to fix** Clear the timer in a `finally`.
 *
 * **When this is not a leak** When locks are hardly ever acquired in time.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Lock deadline cleared only on failure',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['DirtyHairy/async-mutex#33'],
  hints: [
    'The lock was acquired. What clears the deadline?',
    '`catch` covers one of the two ways out.',
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
