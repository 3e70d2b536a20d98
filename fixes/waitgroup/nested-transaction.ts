/** Fixed: the inner work uses the connection of the outer transaction. */
import type { Outcome } from '../../lab/contract.ts';

class Pool {
  readonly #waiting: ((connection: string) => void)[] = [];
  readonly #idle = ['connection 1'];

  async acquire(): Promise<string> {
    const connection = this.#idle.pop();
    if (connection !== undefined) return connection;
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(connection: string): void {
    const next = this.#waiting.shift();
    if (next) next(connection);
    else this.#idle.push(connection);
  }
}

async function transaction<T>(pool: Pool, work: (connection: string) => Promise<T>): Promise<T> {
  const connection = await pool.acquire();
  try {
    return await work(connection);
  } finally {
    pool.release(connection);
  }
}

const takeFromStock = async (connection: string): Promise<string> => `${connection}: stock`;

async function saveOrder(pool: Pool, needsStock: boolean): Promise<string> {
  return transaction(pool, async (connection) => {
    if (!needsStock) return `${connection}: order`;
    return takeFromStock(connection); // FIX: in the same transaction
  });
}

export async function run(): Promise<Outcome> {
  const pool = new Pool();
  const simple = await saveOrder(pool, false);
  void saveOrder(pool, true);
  return { simple };
}
