/**
 * A clean-up borrows a client, drops a schema with it, and gives the client back. The drop fails.
 *
 * **What leaks** The borrowed client, and its connection.
 *
 * **Why it survives** The line that gives the client back comes after the query, and an error skips that line. The
 * pool counts the client as lent for ever.
 *
 * **How it shows up** Tests whose clean-up fails use up the pool one client at a time; after the tenth, each query
 * waits for ever.
 *
 * **How to fix** Release in `finally`.
 *
 * **When this is not a leak** When the query goes through `pool.query`, which releases by itself.
 */
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Client not released after an error',
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

/** Drops the schemas of a test and returns the errors. */
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
