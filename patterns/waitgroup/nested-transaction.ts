/**
 * An order is saved in a transaction, and the stock is changed in a second transaction inside it.
 *
 * **What leaks** Both transactions: the outer one waits for the
 * inner one, which waits for the connection of the outer one.
 *
 * **Why it survives** Each transaction takes a connection from the pool. With one connection the inner
 * transaction gets none, and the outer one releases its connection only when the inner one is done.
 *
 * **How it shows up** Everything works with a pool of two and little traffic; then
 * as many orders as there are connections come at once, and all of them hang.
 *
 * **How to fix** Give the outer transaction's connection to the inner work.
 *
 * **When this is not a leak** When acquiring has a deadline: then the outer transaction fails.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Nested transaction in a pool of one',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['knex/knex#1703'],
  hints: [
    'How many connections does one order take?',
    'What does each of the two transactions wait for?',
    'Pass the connection down.',
  ],
  node: '>=22',
} satisfies Pattern;

class Pool {
  readonly #waiting: ((connection: string) => void)[] = [];
  readonly #idle = ['connection 1'];

  async acquire(): Promise<string> {
    const connection = this.#idle.pop();
    if (connection !== undefined) return connection;
    return await new Promise((resolve) => this.#waiting.push(resolve)); // LEAK: await
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
    return transaction(pool, takeFromStock);
  });
}

export async function run(): Promise<Outcome> {
  const pool = new Pool();
  const simple = await saveOrder(pool, false);
  void saveOrder(pool, true);
  return { simple };
}
