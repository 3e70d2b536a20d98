/**
 * A client is destroyed in the turn in which it was told to connect, and the connection comes up afterwards.
 *
 * **What leaks** The connection, which nobody knows of.
 *
 * **Why it survives** `destroy()` ends the socket that it has, and it has none yet. When the socket is connected,
 * the client stores it and never looks at it again.
 *
 * **How it shows up** A service that restarts its clients in a storm of errors ends with thousands of idle
 * connections to a healthy server.
 *
 * **How to fix** Look, when the connection is there, whether it is still wanted.
 *
 * **When this is not a leak** When the client keeps the socket from the moment it begins to connect.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection that is made for a client that was destroyed meanwhile',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/undici#2058'],
  hints: [
    'Destroy the client before its connection is there. What does `destroy()` find?',
    'What does `connect` do when its await is over?',
    'Check `#isDestroyed` after the await, and destroy the new socket.',
  ],
  node: '>=22',
} satisfies Pattern;

class Client {
  readonly #port: number;
  #socket: Socket | undefined;
  #isDestroyed = false;

  constructor(port: number) {
    this.#port = port;
  }

  async connect(): Promise<void> {
    const socket = connect(this.#port, '127.0.0.1'); // LEAK: socket
    await once(socket, 'connect');
    this.#socket = socket;
  }

  async echo(text: string): Promise<string> {
    this.#socket?.write(text);
    const [answer] = this.#socket ? await once(this.#socket, 'data') : [''];
    return String(answer);
  }

  destroy(): void {
    this.#isDestroyed = true;
    this.#socket?.destroy();
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const used = new Client(lab.upstream.echo);
  await used.connect();
  const answer = await used.echo('hello');
  used.destroy();

  const hasty = new Client(lab.upstream.echo);
  const connecting = hasty.connect();
  hasty.destroy();
  await connecting;
  return { answer, destroyed: [used.isDestroyed, hasty.isDestroyed] };
}
