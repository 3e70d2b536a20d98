/**
 * Fixed: the listener is removed when the query has settled.
 */
import { Pool, type QueryResult } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

const pool = new Pool({ idleTimeoutMillis: 1 });

/** Runs a query; rejects also when the pool loses an idle connection. */
async function query(text: string): Promise<QueryResult> {
  const lost = Promise.withResolvers<never>();
  pool.once('error', lost.reject);
  try {
    return await Promise.race([pool.query(text), lost.promise]);
  } finally {
    pool.off('error', lost.reject); // FIX: whichever settles first
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  pool.options.connectionString = lab.postgres;
  const counts: (number | null)[] = [];
  for (const last of [1, 5, 25]) {
    const { rowCount } = await query(`SELECT * FROM generate_series(1, ${last})`);
    counts.push(rowCount);
  }
  return { counts };
}
