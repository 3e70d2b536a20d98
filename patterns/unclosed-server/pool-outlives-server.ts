/**
 * A service is stopped by closing its HTTP server, and the pool behind it is forgotten.
 *
 * **What leaks** The connections that the pool keeps ready.
 *
 * **Why it survives** Idle clients wait for the next query, and this pool sets no limit on that wait.
 *
 * **How it shows up** The port is free, the log says “stopped”, and the process does not exit.
 *
 * **How to fix** End the pool when the server has closed.
 *
 * **When this is not a leak** When the pool is shared with other services, and the code that made it ends it.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Database pool outlives its server',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['brianc/node-postgres#713'],
  hints: [
    'What did the service open besides the port?',
    'What does a client of the pool do while it is idle?',
    'Call `pool.end()` in `stop`.',
  ],
  node: '>=22',
} satisfies Pattern;

class Api {
  readonly #pool: Pool;
  readonly #server: Server;

  constructor(url: string) {
    this.#pool = new Pool({ connectionString: url, idleTimeoutMillis: 0 }); // ALSO
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
