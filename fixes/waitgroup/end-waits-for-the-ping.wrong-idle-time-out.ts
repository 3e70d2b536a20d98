/**
 * Tried: idle clients are to be closed after a while.
 *
 * **Still leaks because** a client that is lent is not idle.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Shop {
  readonly #pool: Pool;
  stopped = false;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url, idleTimeoutMillis: 1 }); // TRIED: what is idle goes
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
