/**
 * Tried: the pool gets more clients.
 *
 * **Still leaks because** a hundred clients are used up the same way as ten.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 1, max: 100 }); // TRIED: more clients
  const newest = await first(entries(pool));
  return { newest: newest ?? 0 };
}
