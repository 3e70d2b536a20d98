/**
 * A client is destroyed right after it began to connect, and the connection succeeds afterwards.
 *
 * **What leaks** The connection, which no one will close.
 *
 * **Why it survives** `destroy()` ends the stored socket, and there is none yet. When the socket is connected, the
 * destroyed client stores it and never uses it again.
 *
 * **How it shows up** A service that restarts its clients in a storm of errors ends with thousands of idle
 * connections to a healthy server.
 *
 * **How to fix** After connecting, check whether the client was destroyed meanwhile.
 *
 * **When this is not a leak** When the client stores the socket before it begins to connect.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Client destroyed while still connecting',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/undici#2058'],
  hints: [
    'Destroy the client before it is connected. What does `destroy()` find?',
    'What does `connect` do after its await?',
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
