/** Fixed: the transport remembers its clients and destroys the remaining ones when it closes. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

class TcpTransport {
  readonly #server = createServer();
  readonly #clients = new Set<Socket>(); // FIX: the clients to disconnect

  constructor(onClient: (client: Socket) => void) {
    this.#server.on('connection', (client) => {
      // Clients that are killed reset the connection, which does not concern the handler.
      client.on('error', () => client.destroy());
      // FIX: remember the client until it closes
      this.#clients.add(client);
      client.on('close', () => this.#clients.delete(client));
      onClient(client);
    });
  }

  async listen(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const client of this.#clients) client.destroy(); // FIX: close() leaves them alone
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
