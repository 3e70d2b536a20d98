/**
 * A discovery service opens a socket on each address of a list, and one address belongs to another machine.
 *
 * **What leaks** The socket whose bind failed.
 *
 * **Why it survives** A failed `bind` emits `error` and closes nothing. The handler counts the failure and never adds
 * the socket to the list that is closed at the end.
 *
 * **How it shows up** Laptops try again at each change of network, and each failure leaks a descriptor.
 *
 * **How to fix** Close the socket in its error handler.
 *
 * **When this is not a leak** When each socket is put on the list before it is bound, and the whole list is closed.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Socket not closed after failed bind',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['indutny/node-nat-upnp#19', 'nodejs/node#28143'],
  hints: [
    'One address fails. Is its socket on the list?',
    'What does a failed bind do to the socket?',
    'Call `close()` in the error handler.',
  ],
  node: '>=22',
} satisfies Pattern;

class Discovery {
  readonly #sockets: Socket[] = [];
  failures = 0;

  async listen(addresses: readonly string[]): Promise<number> {
    for (const address of addresses) {
      const socket = createSocket('udp4'); // LEAK: socket
      socket.bind(0, address);
      try {
        await once(socket, 'listening');
        this.#sockets.push(socket);
      } catch {
        this.failures++;
      }
    }
    return this.#sockets.length;
  }

  close(): void {
    for (const socket of this.#sockets.splice(0)) socket.close();
  }
}

export async function run(): Promise<Outcome> {
  const discovery = new Discovery();
  // 192.0.2.0/24 is reserved for documentation, so no machine has it
  const listening = await discovery.listen(['127.0.0.1', '192.0.2.7']);
  discovery.close();
  return { listening, failures: discovery.failures };
}
