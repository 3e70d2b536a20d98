/**
 * At its start a service takes a client out of its pool, to see whether the database answers, and leaves it there.
 *
 * **What leaks** The client of the check, and its connection.
 *
 * **Why it survives** To the pool it is lent. `pool.end()` waits for it, as for every client that is out.
 *
 * **How it shows up** The service answers until it is told to stop; then it hangs until it is killed.
 *
 * **How to fix** Release the client of the check, or check with `pool.query`.
 *
 * **When this is not a leak** When the client is kept on purpose, and released before the pool is ended.
 */
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Client that is taken to check the database and never given back',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['brianc/node-postgres#2199'],
  hints: [
    'What would `pool.end()` wait for?',
    'Count the clients that are taken out and those that are given back.',
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
