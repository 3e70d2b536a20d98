/**
 * Each statement has a deadline that ends the connection, and the
 * deadline is cleared when the statement succeeds, not when it fails.
 *
 * **What leaks** A timer for each statement that the database refuses.
 *
 * **Why it survives** Only the line after the query clears the timer, and an error skips that line.
 *
 * **How it shows up** A test suite that checks constraint violations finishes and does not exit for a minute.
 *
 * **How to fix** Clear the timer in `finally`.
 *
 * **When this is not a leak** When the deadline is `statement_timeout`, which the database enforces itself.
 */
import { Client, type QueryResult } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Statement deadline cleared only on success',
  stage: 'e2e',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['dynajoe/tinypg#46'],
  hints: [
    'How long does the process live after a refused statement?',
    'Which line clears the timer, and is it reached?',
    'Clear it in `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

class Database {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(url);
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  async statement(text: string): Promise<QueryResult> {
    const deadline = setTimeout(() => void this.#client.end(), 60_000); // LEAK: timer
    const result = await this.#client.query(text);
    clearTimeout(deadline);
    return result;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const database = new Database(lab.postgres);
  await database.connect();
  const said: string[] = [];
  for (const text of ['SELECT 1', 'SELECT 1 / 0']) {
    const { length } = said;
    await database.statement(text).catch((error: Error) => said.push(error.message));
    if (said.length === length) said.push('done');
  }
  await database.close();
  return { said };
}
