/**
 * Fixed: the client is given back, and closed by the pool.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function report(pool: Pool): Promise<number | null> {
  const client = await pool.connect();
  const { rowCount } = await client.query('SELECT * FROM generate_series(1, 12)');
  client.release(true); // FIX: the pool closes it
  return rowCount;
}

async function closeDown(pool: Pool, log: string[]): Promise<void> {
  await pool.end();
  log.push('closed');
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres });
  const rows = await report(pool);
  void closeDown(pool, []);
  return { rows };
}
