/**
 * A tile loader asks two mirrors at once and takes the answer that comes first.
 *
 * **Looks like a leak** Two requests are started and one is awaited. The other never answers, and no line that
 * ends it mentions it.
 *
 * **Is none because** Both requests run under one signal, and the `finally` aborts it: the slower one loses its
 * connection, and for the faster one, whose body has been read by then, it changes nothing.
 */
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Tile {
  readonly mirror: string;
  readonly text: string;
}

async function download(mirror: string, signal: AbortSignal): Promise<Tile> {
  const response = await fetch(mirror, { signal });
  if (!response.ok) throw new Error(`${mirror}: ${response.status}`);
  return { mirror, text: await response.text() };
}

/** Resolves with the first tile that is there, and fails only if every mirror does. */
async function firstOf(mirrors: readonly string[]): Promise<Tile> {
  const decided = new AbortController();
  try {
    return await Promise.any(mirrors.map((mirror) => download(mirror, decided.signal)));
  } finally {
    decided.abort();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const { http } = lab.upstream;
  const { mirror, text } = await firstOf([`${http}/stall-headers`, `${http}/drip?chunks=2&every=1`]);
  return { from: new URL(mirror).pathname, text };
}
