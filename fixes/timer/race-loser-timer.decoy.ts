/**
 * A tariff service waits briefly for the live price and takes the list price if the exchange is slow.
 *
 * **Looks like a leak** A long sleep loses a race again and again, and no line clears a timer.
 *
 * **Is none because** The sleep of `node:timers/promises` listens to a signal that is aborted in the finally: it clears its timer and rejects, and the race has already handled that rejection.
 */
import { setImmediate as answer, setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

type Quote = (item: string) => Promise<number>;

const listPrices: Readonly<Record<string, number>> = { copper: 80, tin: 95, zinc: 60 };

async function priceOf(item: string, live: Quote, patience: number): Promise<number> {
  const decided = new AbortController();
  const { signal } = decided;
  try {
    return await Promise.race([live(item), sleep(patience, listPrices[item] ?? 0, { signal })]);
  } finally {
    decided.abort();
  }
}

export async function run(): Promise<Outcome> {
  const exchange: Quote = async () => {
    await answer();
    return 84;
  };
  const brokenExchange: Quote = async () => {
    await answer();
    throw new Error('market closed');
  };
  const slowExchange: Quote = () => new Promise(() => {});

  const copper = await priceOf('copper', exchange, 60_000);
  const tin = await priceOf('tin', slowExchange, 3);
  const zinc = await priceOf('zinc', brokenExchange, 60_000).catch((error: Error) => error.message);
  return { copper, tin, zinc };
}
