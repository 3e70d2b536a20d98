/**
 * A server counts its requests by path, including the ids in the path.
 *
 * **What leaks** One series for each path that was ever requested.
 *
 * **Why it survives** A counter keeps one series for each set of attributes until the process ends. With an id in an
 * attribute, each request adds a new set.
 *
 * **How it shows up** The heap grows with the number of customers, and the scrape takes seconds; restarts hide it.
 *
 * **How to fix** Count by route, of which there are few.
 *
 * **When this is not a leak** When the values of an attribute are known and few.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Counter with one series per path',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['open-telemetry/opentelemetry-js#4095'],
  hints: [
    'How many different paths can there be?',
    'A series is kept for every set of attributes.',
    'Use the route, `/orders/:id`, instead of the path.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Series {
  count: number;
  /** Durations by power of two, in ms. */
  readonly buckets: Float64Array;
}

class RequestCounter {
  readonly #series = new Map<string, Series>();
  total = 0;

  add(method: string, path: string, duration: number): void {
    const key = `${method} ${path}`;
    const series = this.#series.get(key) ?? { count: 0, buckets: new Float64Array(64) };
    this.#series.set(key, series); // LEAK: memory x40
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
