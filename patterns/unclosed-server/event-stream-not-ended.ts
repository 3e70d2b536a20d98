/**
 * A dev server sends rebuilds to each page as an event stream, and is closed while pages are open.
 *
 * **What leaks** The server, which waits for its last connection.
 *
 * **Why it survives** `close` accepts no new connections and waits for the open ones. An
 * event stream never ends by itself, and the code that could end it only closes the server.
 *
 * **How it shows up** Restarting the dev server hangs until the browser tab is closed.
 *
 * **How to fix** Destroy the event streams when closing.
 *
 * **When this is not a leak** When `closeAllConnections()` is called as well.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Event stream keeps a closed server open',
  stage: 'integration',
  grows: ['handles', 'sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['webpack/webpack-hot-middleware#131'],
  hints: [
    'The server is closed. Which connection is still open?',
    'What could end an event stream?',
    'Keep the responses in a set, and destroy them in `close`.',
  ],
  node: '>=22',
} satisfies Pattern;

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
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = new DevServer();
  const page = await lab.visit(`http://127.0.0.1:${await server.listen()}/`, 'stays');
  const told = server.rebuilt();
  server.close();
  return { status: page.status, told };
}
