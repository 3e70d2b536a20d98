/**
 * Tried: the pool replaces each client after a second.
 *
 * **Still leaks because** a lent client is only replaced when it comes back.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Shop {
  readonly #pool: Pool;

  constructor(url: string) {
    // TRIED: no client gets old
    this.#pool = new Pool({ connectionString: url, idleTimeoutMillis: 1, maxLifetimeSeconds: 1 });
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
