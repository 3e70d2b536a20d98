import type { Variant } from '../variant.ts';
import { Pool } from './pool.ts';

const pool = new Pool(40);

/** Turns callers away after a second; the clients of failed queries are lost all the same. */
export const variant: Variant = {
  async answer(upstream) {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error('no client for a second')), 1000);
    const connecting = pool.connect();
    try {
      const client = await Promise.race([connecting, late.promise]);
      const answer = await client.query(upstream);
      pool.release(client);
      return answer;
    } finally {
      clearTimeout(timer);
    }
  },
  count: () => pool.lent,
};
