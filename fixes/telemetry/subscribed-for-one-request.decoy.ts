/**
 * A request is traced through a diagnostics channel.
 *
 * **Looks like a leak** A subscription is made on a channel that lives as long as the process, for each request.
 *
 * **Is none because** The same function is unsubscribed in a `finally`.
 */
import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Outcome } from '../../lab/contract.ts';

const queries = channel('shop.query');

async function traced<T>(work: () => Promise<T>): Promise<{ result: T; queries: readonly unknown[] }> {
  const seen: unknown[] = [];
  const note = (message: unknown): void => {
    seen.push(message);
  };
  subscribe('shop.query', note);
  try {
    return { result: await work(), queries: seen };
  } finally {
    unsubscribe('shop.query', note);
  }
}

export async function run(): Promise<Outcome> {
  const { result, queries: seen } = await traced(async () => {
    queries.publish('select 1');
    return 1;
  });
  return { result, seen: seen.map(String) };
}
