/**
 * Tried: the interval is unref'd, so that a tool can exit.
 *
 * **Still leaks because** in a process that runs on, the interval of every client that quit runs on too.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class CommandClient {
  readonly #socket: Socket;
  readonly #pending: string[] = [];
  readonly #sweep: NodeJS.Timeout;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#sweep = setInterval(() => this.#pending.splice(0), 60_000).unref(); // TRIED: the process may exit // LEAK: timer
  }

  async send(command: string): Promise<string> {
    this.#pending.push(command);
    this.#socket.write(command);
    const [reply] = (await once(this.#socket, 'data')) as [Buffer];
    this.#pending.shift();
    return reply.toString();
  }

  async disconnect(): Promise<void> {
    clearInterval(this.#sweep);
    this.#socket.destroy();
    await once(this.#socket, 'close');
  }

  async quit(): Promise<string> {
    const reply = await this.send('QUIT');
    this.#socket.end();
    await once(this.#socket, 'close');
    return reply;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const hurried = new CommandClient(lab.upstream.echo);
  const first = await hurried.send('PING');
  await hurried.disconnect();
  const polite = new CommandClient(lab.upstream.echo);
  return { replies: [first, await polite.quit()] };
}
