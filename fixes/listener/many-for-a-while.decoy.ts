/**
 * A build waits for twenty assets at once, each with its listener on the one compiler.
 *
 * **Looks like a leak** Twenty listeners of one kind stand on an emitter at module level, twice the default limit of
 * Node.
 *
 * **Is none because** All are added with a signal that is aborted when the build is over, and listeners that fired
 * are already removed.
 */
import { EventEmitter, once, setMaxListeners } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

const compiler = new EventEmitter();
compiler.setMaxListeners(50);

async function build(assets: readonly string[]): Promise<readonly string[]> {
  const over = new AbortController();
  setMaxListeners(50, over.signal);
  const waits = assets.map(async (asset) => {
    await once(compiler, asset, { signal: over.signal });
    return asset;
  });
  for (const asset of assets.slice(0, -1)) compiler.emit(asset);
  const done = await Promise.all(waits.slice(0, -1));
  over.abort();
  await waits.at(-1)?.catch(() => undefined);
  return done;
}

export async function run(): Promise<Outcome> {
  const assets = Array.from({ length: 20 }, (_, index) => `asset-${index}.css`);
  return { built: await build(assets) };
}
