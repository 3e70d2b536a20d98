/**
 * Fixed: the deadline is cleared however the statement ends.
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
    const deadline = setTimeout(() => void this.#client.end(), 60_000);
    try {
      return await this.#client.query(text);
    } finally {
      clearTimeout(deadline); // FIX: a refused statement has ended too
    }
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
