/**
 * Tried: the listener limit is raised, so that the warning goes away.
 *
 * **Still leaks because** the listeners pile up without the warning, too.
 */
import { Pool, type QueryResult } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

const pool = new Pool({ idleTimeoutMillis: 1 });

/** Runs a query; rejects also when the pool loses an idle connection. */
async function query(text: string): Promise<QueryResult> {
  const lost = Promise.withResolvers<never>();
  pool.setMaxListeners(0); // TRIED: no warning
  pool.once('error', lost.reject); // LEAK: listener x3
  return Promise.race([pool.query(text), lost.promise]);
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
