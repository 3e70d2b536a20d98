/**
 * A client sweeps its pending commands on an interval, which `disconnect` clears and `quit` does not.
 *
 * **What leaks** The interval of each client that ended with `quit`.
 *
 * **Why it survives** `quit` says goodbye and ends the connection. The interval is
 * not tied to the connection: it runs on and holds the client with its commands.
 *
 * **How it shows up** A command-line tool that calls `quit` as the manual says never exits; with `disconnect` it does.
 *
 * **How to fix** Clear the interval when the connection closes, however that happens.
 *
 * **When this is not a leak** When one of the two methods calls the other.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Quit leaves the interval running',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['redis/ioredis#1215'],
  hints: [
    'There are two ways to end. What does each of them undo?',
    'The interval is cleared in one method.',
    'Clear it in the handler of `close`.',
  ],
  node: '>=22',
} satisfies Pattern;

class CommandClient {
  readonly #socket: Socket;
  readonly #pending: string[] = [];
  readonly #sweep: NodeJS.Timeout;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#sweep = setInterval(() => this.#pending.splice(0), 60_000); // LEAK: timer
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
