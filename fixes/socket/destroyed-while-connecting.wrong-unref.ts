/**
 * Tried: the socket is unref'd until it is stored.
 *
 * **Still leaks because** the connection stays open at both ends, and only the exit of the process ends it.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    if (this.#isDestroyed) socket.unref(); // TRIED: the process can exit
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
