/**
 * Tried: clients are closed after a moment without use.
 *
 * **Still leaks because** a client that is lent is never idle.
 */
import { Pool, type PoolClient } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 1, maxLifetimeSeconds: 1 }); // TRIED: no client gets old
  return { greeting: await register(pool, 'Ada') };
}
