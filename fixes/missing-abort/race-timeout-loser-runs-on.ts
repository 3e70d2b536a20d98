/** Mended: the `finally` of the race aborts the request, so the loser ends as well. */
import { request } from 'undici';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    const abandon = new AbortController();
    // FIX: the request can be told that it has lost
    const options = { method: 'POST', body: query, signal: abandon.signal };
    const answer = request(`${this.#origin}/${index}`, options);
    try {
      const { body } = await Promise.race([answer, late.promise]);
      return await body.text();
    } finally {
      clearTimeout(timer);
      abandon.abort(); // FIX: and is told
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
