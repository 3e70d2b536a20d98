/**
 * A search client gives up on slow answers with `Promise.race`, and the searches it gave up on stay in flight.
 *
 * **What leaks** One HTTP request, with its connection, for each search that took longer than its time limit.
 *
 * **Why it survives** `Promise.race` decides which promise the caller hears of and stops none of the others. The
 * timer is cleared properly, but the request was never told that it has lost.
 *
 * **How it shows up** When the search engine gets slow, each time-out leaves one more connection to it. Retries
 * then make it slower still, and the pool runs out of connections.
 *
 * **How to fix** Give the request a signal and abort it in the `finally` of the race. For a request that is
 * already over, this does nothing.
 *
 * **When this is not a leak** When the loser ends soon by itself and its result is used, in a cache for instance.
 */
import { request } from 'undici';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Request that lost its race against a time-out and was never told',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['meilisearch/meilisearch-js#1654'],
  hints: [
    'The caller has its time-out error. Is the search over, too?',
    'Both racers are started here, and the finally cleans up after one of them.',
    'Start the request with the signal of an AbortController and abort that in the finally.',
  ],
  node: '>=22.19',
} satisfies Pattern;

interface Search {
  readonly index: string;
  readonly query: string;
  readonly limitMs: number;
}

class SearchClient {
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  async search({ index, query, limitMs }: Search): Promise<string> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`${index}: no answer in ${limitMs} ms`)), limitMs);
    const options = { method: 'POST', body: query };
    const answer = request(`${this.#origin}/${index}`, options); // LEAK: request x2
    try {
      const { body } = await Promise.race([answer, late.promise]);
      return await body.text();
    } finally {
      clearTimeout(timer);
    }
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const client = new SearchClient(lab.upstream.http);
  const found = await client.search({ index: 'echo', query: 'red shoes', limitMs: 30_000 });
  const slow = await Promise.allSettled([
    client.search({ index: 'stall-headers', query: 'red shoes', limitMs: 5 }),
    client.search({ index: 'stall-headers', query: 'blue shoes', limitMs: 5 }),
  ]);
  const failures = slow.map((search) => (search.status === 'rejected' ? String(search.reason) : 'found'));
  return { found, failures };
}
