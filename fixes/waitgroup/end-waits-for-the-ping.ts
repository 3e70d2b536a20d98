/**
 * Mended: the client of the check is given back.
 */
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Shop {
  readonly #pool: Pool;
  stopped = false;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url });
  }

  async start(): Promise<void> {
    const client = await this.#pool.connect();
    client.release(); // FIX: it was only to see whether one can be had
  }

  async price(pounds: number): Promise<string> {
    const { rows } = await this.#pool.query<{ price: string }>('SELECT $1::int * 1.2 AS price', [pounds]);
    return rows[0]?.price ?? 'none';
  }

  async stop(): Promise<void> {
    await this.#pool.end();
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
