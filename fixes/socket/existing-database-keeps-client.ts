/**
 * Fixed: the client is ended on both ways out.
 */
import { Client } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** @returns whether the database was created */
async function ensureDatabase(url: string, name: string): Promise<boolean> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 1) return false;
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    return true;
  } finally {
    await client.end(); // FIX: on the early return too
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const created = await ensureDatabase(lab.postgres, 'template1');
  return { created };
}
