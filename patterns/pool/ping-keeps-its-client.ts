/**
 * At its start a service takes a client from its pool to check that the database answers, and never releases it.
 *
 * **What leaks** The client of the check, and its connection.
 *
 * **Why it survives** The pool counts the client as lent, and `pool.end()` waits for every lent client.
 *
 * **How it shows up** The service answers until it should stop; then it hangs until it is killed.
 *
 * **How to fix** Release the client of the check, or check with `pool.query`.
 *
 * **When this is not a leak** When the client is kept on purpose, and released before the pool is ended.
 */
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Health check never releases its client',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['brianc/node-postgres#2199'],
  hints: [
    'What would `pool.end()` wait for?',
    'Count the clients that are taken and the clients that are released.',
    'Release the client of the check.',
  ],
  node: '>=22',
} satisfies Pattern;

class Shop {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url, idleTimeoutMillis: 1 });
  }

  /** @throws if the database does not answer */
  async start(): Promise<void> {
    await this.#pool.connect(); // LEAK: socket
  }

  async price(pounds: number): Promise<string> {
    const { rows } = await this.#pool.query<{ price: string }>('SELECT $1::int * 1.2 AS price', [pounds]);
    return rows[0]?.price ?? 'none';
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const shop = new Shop(lab.postgres);
  await shop.start();
  return { price: await shop.price(5) };
}
