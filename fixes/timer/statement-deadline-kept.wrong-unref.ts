/**
 * Tried: the timer is unref'd, so that the suite exits.
 *
 * **Still leaks because** in a service that runs for months each refused statement keeps
 * its timer and its client for a minute, and then ends a connection that others use.
 */
import { Client, type QueryResult } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Database {
  readonly #client: Client;

  constructor(url: string) {
    this.#client = new Client(url);
  }

  async connect(): Promise<void> {
    await this.#client.connect();
  }

  async statement(text: string): Promise<QueryResult> {
    const deadline = setTimeout(() => void this.#client.end(), 60_000).unref(); // LEAK: timer
    // TRIED: the process may exit
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
