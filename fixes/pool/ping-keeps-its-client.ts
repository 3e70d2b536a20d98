/**
 * Fixed: the client of the check is released.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Shop {
  readonly #pool: Pool;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url, idleTimeoutMillis: 1 });
  }

  /** @throws if the database does not answer */
  async start(): Promise<void> {
    const client = await this.#pool.connect();
    client.release(); // FIX: the check needs it no longer
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
