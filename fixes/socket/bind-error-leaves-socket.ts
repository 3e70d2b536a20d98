/** Fixed: a socket that could not be bound is closed. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

class Discovery {
  readonly #sockets: Socket[] = [];
  failures = 0;

  async listen(addresses: readonly string[]): Promise<number> {
    for (const address of addresses) {
      const socket = createSocket('udp4');
      socket.bind(0, address);
      try {
        await once(socket, 'listening');
        this.#sockets.push(socket);
      } catch {
        socket.close(); // FIX: no list has this socket
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
