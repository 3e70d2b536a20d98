/** Fixed: the event streams are destroyed with the server. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class DevServer {
  readonly #pages = new Set<ServerResponse>();
  readonly #server = createServer((_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('data: connected\n\n');
    this.#pages.add(res);
    res.once('close', () => this.#pages.delete(res));
  });

  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  rebuilt(): number {
    for (const page of this.#pages) page.write('data: rebuilt\n\n');
    return this.#pages.size;
  }

  close(): void {
    this.#server.close();
    for (const page of this.#pages) page.destroy(); // FIX: a stream never ends by itself
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = new DevServer();
  const page = await lab.visit(`http://127.0.0.1:${await server.listen()}/`, 'stays');
  const told = server.rebuilt();
  server.close();
  return { status: page.status, told };
}
