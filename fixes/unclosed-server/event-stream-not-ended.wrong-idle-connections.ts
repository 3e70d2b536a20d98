/**
 * Tried: idle connections are closed with the server.
 *
 * **Still leaks because** a connection whose answer is under way is not idle.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class DevServer {
  readonly #pages = new Set<ServerResponse>();
  readonly #server = createServer((_req, res) => {
    // ALSO
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('data: connected\n\n');
    this.#pages.add(res);
    res.once('close', () => this.#pages.delete(res));
  });

  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server
    return (this.#server.address() as AddressInfo).port;
  }

  rebuilt(): number {
    for (const page of this.#pages) page.write('data: rebuilt\n\n');
    return this.#pages.size;
  }

  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections(); // TRIED: leaves nothing to wait for
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = new DevServer();
  const page = await lab.visit(`http://127.0.0.1:${await server.listen()}/`, 'stays');
  const told = server.rebuilt();
  server.close();
  return { status: page.status, told };
}
