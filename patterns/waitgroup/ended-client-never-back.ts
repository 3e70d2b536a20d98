/**
 * A report takes a client from the pool and ends it instead of releasing it, and the pool waits for it.
 *
 * **What leaks** The function that waits for the pool to end.
 *
 * **Why it survives** `client.end()` closes the connection; `client.release()`
 * tells the pool. A pool that is ended waits for every client that is checked out.
 *
 * **How it shows up** The script prints its report and never reaches the line after `pool.end()`.
 *
 * **How to fix** Release the client; `release(true)` also closes it.
 *
 * **When this is not a leak** When the client was made with `new Client` and belongs to no pool.
 */
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Pooled client ended but never released',
  stage: 'e2e',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['brianc/node-postgres#2101'],
  hints: [
    'What does the pool wait for?',
    'What tells the pool that a client is no longer in use?',
    'Call `release`, not `end`.',
  ],
  node: '>=22',
} satisfies Pattern;

async function report(pool: Pool): Promise<number | null> {
  const client = await pool.connect();
  const { rowCount } = await client.query('SELECT * FROM generate_series(1, 12)');
  await client.end();
  return rowCount;
}

async function closeDown(pool: Pool, log: string[]): Promise<void> {
  await pool.end(); // LEAK: await
  log.push('closed');
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres });
  const rows = await report(pool);
  void closeDown(pool, []);
  return { rows };
}
