/**
 * At its start a service takes a client out of its pool to see whether the database answers. At its end it waits
 * for the pool to end.
 *
 * **What leaks** The client of the first check, and the function that waits for the pool.
 *
 * **Why it survives** `pool.end()` waits until all clients are back, as a wait group does, and one of them was
 * never meant to come back.
 *
 * **How it shows up** The service answers until it is told to stop; then it hangs until it is killed.
 *
 * **How to fix** Release the client of the check, or check with `pool.query`.
 *
 * **When this is not a leak** When the client is kept on purpose and released before the pool is ended.
 */
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Pool whose end waits for a client that nobody has',
  stage: 'e2e',
  grows: ['sockets', 'stalls'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['brianc/node-postgres#2199'],
  hints: [
    'What does `pool.end()` wait for?',
    'Count the clients that are taken out and those that are given back.',
    'Release the client of the check.',
  ],
  node: '>=22',
} satisfies Pattern;

class Shop {
  readonly #pool: Pool;
  stopped = false;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url });
  }

  async start(): Promise<void> {
    await this.#pool.connect(); // LEAK: socket
  }

  async price(pounds: number): Promise<string> {
    const { rows } = await this.#pool.query<{ price: string }>('SELECT $1::int * 1.2 AS price', [pounds]);
    return rows[0]?.price ?? 'none';
  }

  async stop(): Promise<void> {
    await this.#pool.end(); // LEAK: await
    this.stopped = true;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const shop = new Shop(lab.postgres);
  await shop.start();
  const price = await shop.price(5);
  void shop.stop();
  return { price };
}
