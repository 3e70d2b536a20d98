/**
 * The TCP transport of a service only calls `net.Server.close()` at shutdown, so its clients stay connected.
 *
 * **What leaks** The server, which never finishes closing, and the established socket of
 * every client that does not hang up by itself. Each socket still reaches the handlers.
 *
 * **Why it survives** `close()` of a `net.Server` only stops accepting. Accepted sockets are separate
 * handles, and the server keeps a count of them, not a list: no code in the program can reach them any more.
 *
 * **How it shows up** The shutdown hook is done after a millisecond and the process stays for
 * hours; clients with a connection from before the shutdown still get answers from the old version.
 *
 * **How to fix** Keep the accepted sockets in a set and destroy them on close.
 *
 * **When this is not a leak** If every client ends the connection after
 * its last answer, `close()` alone is enough and lets the answers finish.
 */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'TCP server closed while clients stay connected',
  stage: 'integration',
  grows: ['handles', 'sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nestjs/nest#17745'],
  hints: [
    'The transport is closed. Does that end the conversations it was having?',
    '`net.Server.close()` stops accepting. Look for a line that touches the sockets accepted before.',
    'Remember each accepted socket until its `close` event, and destroy the remaining ones in `close()`.',
  ],
  node: '>=22',
} satisfies Pattern;

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
