/**
 * A clean-up borrows a client, drops a schema with it, and gives the client back. The drop fails.
 *
 * **What leaks** The client that was borrowed, and with it its connection.
 *
 * **Why it survives** The line that gives it back comes after the query, and an error goes past it. To the pool it
 * is lent for ever.
 *
 * **How it shows up** Tests that fail to clean up use the pool up one client at a time; after the tenth, each
 * query waits without an end.
 *
 * **How to fix** Release in `finally`.
 *
 * **When this is not a leak** When the query goes through `pool.query`, which releases by itself.
 */
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Client of a pool that an error keeps from its release',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['typeorm/typeorm#3727'],
  hints: [
    'What does the pool count when the drop has failed?',
    'Which lines run when `client.query` rejects?',
    'Release the client in `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

async function dropSchema(pool: Pool, name: string): Promise<void> {
  const client = await pool.connect(); // LEAK: socket x2
  await client.query(`DROP SCHEMA ${client.escapeIdentifier(name)}`);
  client.release();
}

/** What the clean-up after a test says of each schema. */
async function dropAll(pool: Pool, names: readonly string[]): Promise<string[]> {
  const said: string[] = [];
  for (const name of names) {
    await dropSchema(pool, name).catch((error: Error) => said.push(error.message));
  }
  return said;
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 1 });
  return { said: await dropAll(pool, ['test_1', 'test_2']) };
}
