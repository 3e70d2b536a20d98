/**
 * Fixed: the client is released however the query ends.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function dropSchema(pool: Pool, name: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`DROP SCHEMA ${client.escapeIdentifier(name)}`);
  } finally {
    client.release(); // FIX: after an error too
  }
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
