/**
 * A pool is ended while two clients are lent.
 *
 * **Looks like a leak** The end is not awaited, and at that moment both connections are open.
 *
 * **Is none because** The pool closes each client that comes back, and both come back.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function count(pool: Pool, last: number): Promise<number | null> {
  const client = await pool.connect();
  try {
    const { rowCount } = await client.query('SELECT * FROM generate_series(1, $1::int)', [last]);
    return rowCount;
  } finally {
    client.release();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 0 });
  const counts = [count(pool, 3), count(pool, 30)];
  void pool.end();
  return { counts: await Promise.all(counts) };
}
