/**
 * A tile loader asks two mirrors at once and takes the first answer.
 *
 * **Looks like a leak** Two requests are started and one is awaited.
 * The other never answers, and no line that ends it mentions it.
 *
 * **Is none because** Both requests run under one signal, and the `finally` aborts it: the slower
 * one loses its connection, and the faster one, whose body has been read by then, is not affected.
 */
import { Agent, request } from 'undici';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Tile {
  readonly mirror: string;
  readonly text: string;
}

class TileLoader {
  readonly #agent = new Agent();

  /** Resolves with the first tile that arrives, and fails only if every mirror does. */
  async load(mirrors: readonly string[]): Promise<Tile> {
    const decided = new AbortController();
    try {
      return await Promise.any(mirrors.map((mirror) => this.#download(mirror, decided.signal)));
    } finally {
      decided.abort();
    }
  }

  async #download(mirror: string, signal: AbortSignal): Promise<Tile> {
    const { statusCode, body } = await request(mirror, { signal, dispatcher: this.#agent });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${mirror}: ${statusCode}`);
    return { mirror, text };
  }

  /** Waits for all requests in flight. */
  close(): Promise<void> {
    return this.#agent.close();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const { http } = lab.upstream;
  const loader = new TileLoader();
  const stalled = await loader.load([`${http}/stall-headers`, `${http}/drip?chunks=2&every=1`]);
  const broken = await loader.load([`${http}/error`, `${http}/ok`]);
  await loader.close();
  return { tiles: [stalled, broken].map(({ mirror, text }) => ({ from: new URL(mirror).pathname, text })) };
}
