/**
 * A helper creates a database unless it exists. If the database exists, the helper returns early and skips the line
 * that disconnects.
 *
 * **What leaks** The connection that asked whether the database exists.
 *
 * **Why it survives** The event loop holds a connected socket. The client went out of scope, so no code can end
 * it.
 *
 * **How it shows up** The first start of a test suite is fine; from the second start on, when the database exists,
 * the runner never exits.
 *
 * **How to fix** End the client in `finally`, which runs on every way out.
 *
 * **When this is not a leak** When the caller passes in the client and ends it.
 */
import { Client } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Early return leaves the connection open',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['tada5hi/typeorm-extension#206'],
  hints: [
    'It works the first time. What is different the second time?',
    'Which of the two ways out ends the client?',
    'Put `client.end()` into `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** @returns whether the database was created */
async function ensureDatabase(url: string, name: string): Promise<boolean> {
  const client = new Client(url);
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
