/**
 * A search through a cursor stops at the first match.
 *
 * **Looks like a leak** Most rows of the cursor are never read, and the loop is left by `return`.
 *
 * **Is none because** Leaving the loop runs the `finally` of the generator, which closes the cursor before the
 * client is released.
 */
import { Pool, type PoolClient } from 'pg';
import Cursor from 'pg-cursor';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Row {
  readonly word: string;
}

async function* rows(client: PoolClient, text: string): AsyncGenerator<Row> {
  const cursor = client.query(new Cursor<Row>(text));
  try {
    for (let page = await cursor.read(2); page.length > 0; page = await cursor.read(2)) yield* page;
  } finally {
    await cursor.close();
  }
}

async function firstLong(client: PoolClient): Promise<string> {
  const words = `SELECT unnest(ARRAY['tea', 'milk', 'biscuit', 'sugar']) AS word`;
  for await (const { word } of rows(client, words)) if (word.length > 3) return word;
  return 'none';
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres, max: 1 });
  const client = await pool.connect();
  const word = await firstLong(client);
  client.release();
  const { rowCount } = await pool.query('SELECT 1');
  await pool.end();
  return { word, rowCount };
}
