/**
 * Tried: idle clients are unref'd by an option of the pool.
 *
 * **Still leaks because** the process may exit, and where it does not,
 * as in a test runner, the connections of each service stay open.
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
    // TRIED: the process may exit
    this.#pool = new Pool({ connectionString: url, idleTimeoutMillis: 0, allowExitOnIdle: true }); // ALSO
    this.#server = createServer((_request, response) => {
      void this.#count().then((count) => response.end(String(count)));
    });
  }

  async start(): Promise<string> {
    const client = await this.#pool.connect(); // LEAK: socket
    client.release();
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    await once(this.#server.close(), 'close');
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
