/**
 * Tried: the timer is unref'd, so that a worker can exit.
 *
 * **Still leaks because** each timer still waits for its deadline and holds the promise that it would reject.
 */
import type { Outcome } from '../../lab/contract.ts';

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
  const timer = setTimeout(() => expiry.reject(new Error('locked')), deadline).unref(); // TRIED: the process may exit // LEAK: timer x2
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
