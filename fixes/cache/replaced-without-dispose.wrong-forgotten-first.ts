/**
 * Tried: a stale entry is deleted from the map before the new entry is set.
 *
 * **Still leaks because** deleting a socket from a map does not end the socket.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    this.#sockets.delete(port); // TRIED: deletes the old entry first
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
