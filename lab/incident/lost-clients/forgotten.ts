import type { Variant } from '../variant.ts';
import { Pool } from './pool.ts';

const pool = new Pool(40);

/** Gives the client back unless the query fails. */
export const variant: Variant = {
  async answer(upstream) {
    const client = await pool.connect();
    const answer = await client.query(upstream);
    pool.release(client);
    return answer;
  },
  count: () => pool.lent,
};
