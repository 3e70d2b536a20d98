/** Fixed: the pool is deleted by the key of its `set`. */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

class OriginPool extends EventEmitter {
  readonly received: Uint8Array = new Uint8Array(16_384).fill(1);
}

const pools = new Map<string, OriginPool>();

function poolOf(origin: string): OriginPool {
  const known = pools.get(origin);
  if (known) return known;
  const pool = new OriginPool();
  pools.set(origin, pool);
  pool.once('disconnect', () => pools.delete(origin)); // FIX: the key of `set`
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
