/**
 * A helper creates a database unless it is there. If it is there, it returns early, past the line that
 * disconnects.
 *
 * **What leaks** The connection that asked whether the database exists.
 *
 * **Why it survives** A connected socket is held by the event loop. Nobody has the client any more, so nobody can
 * end it.
 *
 * **How it shows up** The first start of a test suite is fine; from the second on, when the database exists, the
 * runner never exits.
 *
 * **How to fix** End the client in `finally`, whichever way the function is left.
 *
 * **When this is not a leak** When the helper is handed a client that its caller ends.
 */
import { Client } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection that an early return leaves open',
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

/** @returns whether it was created */
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
