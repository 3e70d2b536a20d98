/**
 * Tried: the client is ended when its connection fails.
 *
 * **Still leaks because** the connection does not fail: it waits for a next query that never comes.
 */
import { Client } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** @returns whether the database was created */
async function ensureDatabase(url: string, name: string): Promise<boolean> {
  const client = new Client(url);
  client.on('error', () => void client.end()); // TRIED: if the connection breaks
  await client.connect(); // LEAK: socket
  const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 1) return false;
  await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  await client.end();
  return true;
}

export async function run(lab: Lab): Promise<Outcome> {
  const created = await ensureDatabase(lab.postgres, 'template1');
  return { created };
}
