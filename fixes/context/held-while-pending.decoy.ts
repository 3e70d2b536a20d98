/**
 * A request waits for its answer in its own context, with a large body.
 *
 * **Looks like a leak** A store of many kilobytes is captured by timers, promises and callbacks.
 *
 * **Is none because** All of them end with the request, and the store is freed with them.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

const current = new AsyncLocalStorage<{ readonly body: Uint8Array }>();

async function step(): Promise<number> {
  await sleep(1);
  return current.getStore()?.body.length ?? 0;
}

/** Handles a request in three concurrent steps. */
async function handle(): Promise<readonly number[]> {
  return Promise.all([step(), step(), step()]);
}

export async function run(): Promise<Outcome> {
  const body = new Uint8Array(32_768);
  const sizes = await current.run({ body }, handle);
  return { sizes, after: current.getStore() === undefined };
}
