/**
 * A request enters its context with `enterWith`, and leaves the context at its end.
 *
 * **Looks like a leak** `enterWith` has no matching exit, and the store is large.
 *
 * **Is none because** The function ends by entering the previous store again.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Outcome } from '../../lab/contract.ts';

const current = new AsyncLocalStorage<{ readonly body: Uint8Array } | undefined>();

async function handle(size: number): Promise<number> {
  const before = current.getStore();
  current.enterWith({ body: new Uint8Array(size) });
  try {
    await Promise.resolve();
    return current.getStore()?.body.length ?? 0;
  } finally {
    current.enterWith(before);
  }
}

export async function run(): Promise<Outcome> {
  return { sizes: [await handle(16_384), await handle(32_768)] };
}
