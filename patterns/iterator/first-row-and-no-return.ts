/**
 * A helper takes the first element of any iterator. Here the iterator reads a table, with a client that is released
 * when the iterator ends.
 *
 * **What leaks** The client that the iterator took, and its connection.
 *
 * **Why it survives** The iterator stands at its `yield`. Only another `next`, or `return`, would run its `finally`,
 * and the helper calls neither.
 *
 * **How it shows up** A page that shows the newest entry works ten times, once per client of the pool.
 *
 * **How to fix** Call `return` when no more elements are wanted; `for await` does so by itself.
 *
 * **When this is not a leak** When the iterator ends after the first element and a second `next` was
 * called.
 */
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'First row taken, iterator never returned',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['brianc/node-pg-query-stream#66'],
  hints: [
    'Where does the generator stand when the helper returns?',
    'What would run its `finally`?',
    'Call `items.return()`.',
  ],
  node: '>=22',
} satisfies Pattern;

async function* entries(pool: Pool): AsyncGenerator<number> {
  const client = await pool.connect(); // LEAK: socket
  try {
    for (let page = 0; page < 5; page += 1) {
      const text = 'SELECT n FROM generate_series(1, 50) AS n ORDER BY n DESC LIMIT 10 OFFSET $1';
      const { rows } = await client.query<{ n: number }>(text, [page * 10]);
      for (const { n } of rows) yield n;
    }
  } finally {
    client.release();
  }
}

async function first<T>(items: AsyncGenerator<T>): Promise<T | undefined> {
  const { done, value } = await items.next();
  return done ? undefined : value;
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 1 });
  const newest = await first(entries(pool));
  return { newest: newest ?? 0 };
}
