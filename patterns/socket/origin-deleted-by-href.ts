/**
 * A client keeps a pool for each origin, and deletes it by its URL when the last connection of the origin is gone.
 *
 * **What leaks** The pool of each origin that was visited, with its buffers.
 *
 * **Why it survives** The map has the pool under the origin as it was given, `http://shop-1.internal`. It is deleted
 * by `href`, which has a slash at its end; `delete` finds nothing and returns false.
 *
 * **How it shows up** The heap of a crawler grows with every host it has ever seen.
 *
 * **How to fix** Delete by the key under which it was set.
 *
 * **When this is not a leak** When the origins are few and always the same.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Pool of an origin that is deleted under another spelling',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['nodejs/undici#4425', 'nodejs/undici#4223'],
  hints: [
    'After the disconnect, how many pools are there?',
    '`new URL(origin).href` is not always `origin`.',
    'Keep the key that was used for `set`, and delete that.',
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

/** Asks a shop for its stock and leaves it again. */
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
