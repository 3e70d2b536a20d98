/**
 * Each query listens for errors of the pool, so that a lost connection rejects the query. A query that succeeds keeps
 * its listener.
 *
 * **What leaks** A listener on the pool for each query that succeeded.
 *
 * **Why it survives** `once` removes a listener when its event comes. Errors hardly ever come, and the pool lives as
 * long as the process.
 *
 * **How it shows up** MaxListenersExceededWarning after the eleventh query; then memory grows with each
 * closure.
 *
 * **How to fix** Remove the listener when the query has settled.
 *
 * **When this is not a leak** When the emitter is as short-lived as the query.
 */
import { Pool, type QueryResult } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Pool error listener kept after each query',
  stage: 'e2e',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['supabase/postgres-meta#1118'],
  hints: [
    'When is a listener of `once` removed?',
    'How many listeners has the pool after three successful queries?',
    'Call `pool.off` in `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

const pool = new Pool({ idleTimeoutMillis: 1 });

/** Runs a query; rejects also when the pool loses an idle connection. */
async function query(text: string): Promise<QueryResult> {
  const lost = Promise.withResolvers<never>();
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
