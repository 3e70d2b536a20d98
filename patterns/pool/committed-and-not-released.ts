/**
 * A registration runs in a transaction that is started, writes its rows and commits. Its client is never
 * released.
 *
 * **What leaks** The client that the transaction was run on.
 *
 * **Why it survives** A commit ends the transaction but does not return the client: the pool can't know whether
 * another transaction follows.
 *
 * **How it shows up** The service answers ten times and then hangs, without an error and without load.
 *
 * **How to fix** Release the runner in `finally`.
 *
 * **When this is not a leak** When one runner is kept for all transactions and released at the end.
 */
import { Pool, type PoolClient } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Client not released after commit',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['typeorm/typeorm#4866'],
  hints: [
    'The eleventh call waits. What for?',
    'Which call gives back the client that `start` took?',
    'Call `release` in `finally`.',
  ],
  node: '>=22',
} satisfies Pattern;

class Runner {
  readonly #client: PoolClient;

  private constructor(client: PoolClient) {
    this.#client = client;
  }

  static async start(pool: Pool): Promise<Runner> {
    const client = await pool.connect(); // LEAK: socket
    await client.query('BEGIN');
    return new Runner(client);
  }

  async greet(name: string): Promise<string> {
    const { rows } = await this.#client.query<{ text: string }>(`SELECT 'Hello ' || $1 AS text`, [name]);
    return rows[0]?.text ?? '';
  }

  async commit(): Promise<void> {
    await this.#client.query('COMMIT');
  }

  release(): void {
    this.#client.release();
  }
}

async function register(pool: Pool, name: string): Promise<string> {
  const runner = await Runner.start(pool);
  const greeting = await runner.greet(name);
  await runner.commit();
  return greeting;
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 1 });
  return { greeting: await register(pool, 'Ada') };
}
