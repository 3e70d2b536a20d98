/**
 * Tried: the release is chained to the query, so that nobody can forget it.
 *
 * **Still leaks because** `then` without a second function is passed over by an error like any other line.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function dropSchema(pool: Pool, name: string): Promise<void> {
  const client = await pool.connect(); // LEAK: socket x2
  // TRIED: chained to the query
  await client.query(`DROP SCHEMA ${client.escapeIdentifier(name)}`).then(() => client.release());
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
