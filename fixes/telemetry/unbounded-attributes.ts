/** Fixed: requests are counted by route. */
import type { Outcome } from '../../lab/contract.ts';

interface Series {
  count: number;
  /** Durations by power of two, in ms. */
  readonly buckets: Float64Array;
}

class RequestCounter {
  readonly #series = new Map<string, Series>();
  total = 0;

  add(method: string, path: string, duration: number): void {
    const key = `${method} ${path.replace(/\d+/, ':id')}`; // FIX: one series per route
    const series = this.#series.get(key) ?? { count: 0, buckets: new Float64Array(64) };
    this.#series.set(key, series);
    series.count++;
    const bucket = Math.min(63, Math.floor(Math.log2(duration)));
    series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
    this.total++;
  }
}

/** The counter that a scrape reads. */
const requests = new RequestCounter();

let orders = 0;

function serveOrder(): void {
  requests.add('GET', `/orders/${++orders}`, 12);
}

export async function run(): Promise<Outcome> {
  const before = requests.total;
  for (let request = 0; request < 40; request++) serveOrder();
  return { counted: requests.total - before };
}
