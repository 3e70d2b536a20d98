/**
 * A cache of connections replaces a stale connection by a new one, and disposes of evicted connections
 * only.
 *
 * **What leaks** The connection that was replaced.
 *
 * **Why it survives** `dispose` is called for entries that leave the cache, and replacing does not count as leaving.
 * The map no longer has the old socket.
 *
 * **How it shows up** Servers see the old and the new connection of each refresh, and the old connections never end.
 *
 * **How to fix** Dispose of the old value in `set` too.
 *
 * **When this is not a leak** When values need no disposal.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Replaced connection never closed',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['isaacs/node-lru-cache#309'],
  hints: [
    'Set a key twice. What happens to the first value?',
    'There are three ways out of a cache: deleted, evicted, replaced.',
    'Call the disposer for the old value in `set`.',
  ],
  node: '>=22',
} satisfies Pattern;

class Connections {
  readonly #sockets = new Map<number, { readonly socket: Socket; isStale: boolean }>();

  async get(port: number): Promise<Socket> {
    const known = this.#sockets.get(port);
    if (known && !known.isStale) return known.socket;
    const socket = connect(port, '127.0.0.1'); // LEAK: socket
    await once(socket, 'connect');
    this.#set(port, socket);
    return socket;
  }

  #set(port: number, socket: Socket): void {
    this.#sockets.set(port, { socket, isStale: false });
  }

  expire(port: number): void {
    const known = this.#sockets.get(port);
    if (known) known.isStale = true;
  }

  delete(port: number): void {
    this.#sockets.get(port)?.socket.destroy();
    this.#sockets.delete(port);
  }
}

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

export async function run(lab: Lab): Promise<Outcome> {
  const connections = new Connections();
  const first = await ask(await connections.get(lab.upstream.echo), 'one');
  connections.expire(lab.upstream.echo);
  const second = await ask(await connections.get(lab.upstream.echo), 'two');
  connections.delete(lab.upstream.echo);
  return { answers: [first, second] };
}
