/**
 * A client keeps a pool for each origin, and deletes it by its URL when the last connection to the origin ends.
 *
 * **What leaks** The pool of each origin that was visited, with its buffers.
 *
 * **Why it survives** The map has the pool under the given origin, `http://shop-1.internal`. The client deletes it by
 * `href`, which ends in a slash; `delete` finds nothing and returns false.
 *
 * **How it shows up** The heap of a crawler grows with every host it has ever seen.
 *
 * **How to fix** Delete the pool by the key of its `set`.
 *
 * **When this is not a leak** When there are few origins, and always the same ones.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Pool deleted under the wrong key',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['nodejs/undici#4425', 'nodejs/undici#4223'],
  hints: [
    'After the disconnect, how many pools are there?',
    '`new URL(origin).href` is not always `origin`.',
    'Remember the key of `set`, and delete by that key.',
  ],
  node: '>=22',
} satisfies Pattern;

class OriginPool extends EventEmitter {
  readonly received: Uint8Array = new Uint8Array(16_384).fill(1);
}

const pools = new Map<string, OriginPool>();

function poolOf(origin: string): OriginPool {
  const known = pools.get(origin);
  if (known) return known;
  const pool = new OriginPool();
  pools.set(origin, pool); // LEAK: memory
  pool.once('disconnect', (url: URL) => pools.delete(url.href));
  return pool;
}

let visits = 0;

/** Asks a shop for its stock and disconnects. */
function visitShop(): number {
  const origin = `http://shop-${++visits}.internal`;
  const pool = poolOf(origin);
  const stock = pool.received.filter((byte) => byte === 1).length;
  pool.emit('disconnect', new URL(origin));
  return stock;
}

export async function run(): Promise<Outcome> {
  return { stock: visitShop() };
}
