/**
 * Each query listens for errors of the pool, so that a lost connection rejects it. When it succeeds, it goes on
 * listening.
 *
 * **What leaks** A listener on the pool for each query that went well.
 *
 * **Why it survives** `once` takes a listener off when the event comes. Here it comes hardly ever, and the pool
 * lives as long as the process.
 *
 * **How it shows up** MaxListenersExceededWarning after the eleventh query; then memory that grows with each
 * closure.
 *
 * **How to fix** Take the listener off when the query is settled.
 *
 * **When this is not a leak** When the emitter is as short-lived as the query.
 */
import { Pool, type QueryResult } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listener for the errors of a pool that each query leaves behind',
  stage: 'e2e',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['supabase/postgres-meta#1118'],
  hints: [
    'When is a listener of `once` taken off?',
    'How many listeners has the pool after three queries that went well?',
    'Call `pool.off` in `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

const pool = new Pool({ idleTimeoutMillis: 1 });

/** Rejects also when the pool loses a connection that nobody uses at the moment. */
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
