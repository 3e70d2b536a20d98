/**
 * Fixed: stopping the service ends the pool too.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Api {
  readonly #pool: Pool;
  readonly #server: Server;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url, idleTimeoutMillis: 0 });
    this.#server = createServer((_request, response) => {
      void this.#count().then((count) => response.end(String(count)));
    });
  }

  async start(): Promise<string> {
    const client = await this.#pool.connect();
    client.release();
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    await once(this.#server.close(), 'close');
    await this.#pool.end(); // FIX: after the last request that may need it
  }

  async #count(): Promise<number | null> {
    const { rowCount } = await this.#pool.query('SELECT * FROM generate_series(1, 3)');
    return rowCount;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const api = new Api(lab.postgres);
  const { body } = await lab.visit(await api.start());
  await api.stop();
  return { body };
}
