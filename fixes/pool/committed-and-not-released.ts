/**
 * Fixed: the runner is released, committed or not.
 */
import { Pool, type PoolClient } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Runner {
  readonly #client: PoolClient;

  private constructor(client: PoolClient) {
    this.#client = client;
  }

  static async start(pool: Pool): Promise<Runner> {
    const client = await pool.connect();
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
  try {
    const greeting = await runner.greet(name);
    await runner.commit();
    return greeting;
  } finally {
    runner.release(); // FIX: its client goes back to the pool
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool({ connectionString: lab.postgres, idleTimeoutMillis: 1 });
  return { greeting: await register(pool, 'Ada') };
}
