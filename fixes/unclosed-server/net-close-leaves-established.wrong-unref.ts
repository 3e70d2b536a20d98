/**
 * Tried: the server is unref'd when it is closed.
 *
 * **Still leaks because** its open connections keep it, and `close` waits for them.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

class TcpTransport {
  readonly #server = createServer(); // ALSO

  constructor(onClient: (client: Socket) => void) {
    this.#server.on('connection', (client) => {
      // Clients that are killed reset the connection, which does not concern the handler.
      client.on('error', () => client.destroy());
      onClient(client);
    });
  }

  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    this.#server.unref(); // TRIED: the process may exit
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const workers = ['invoice', 'reminder'];
  const assigned: string[] = [];
  const everybodyBusy = Promise.withResolvers<void>();
  const transport = new TcpTransport((client) => {
    const queue = workers[assigned.length] ?? 'spare';
    client.write(`${JSON.stringify({ pattern: 'assign', queue })}\n`);
    client.resume();
    if (assigned.push(queue) === workers.length) everybodyBusy.resolve();
  });
  const port = await transport.listen();
  await Promise.all(workers.map(() => lab.visit(`tcp://127.0.0.1:${port}`, 'stays')));
  await everybodyBusy.promise;
  transport.close();
  return { assigned };
}
