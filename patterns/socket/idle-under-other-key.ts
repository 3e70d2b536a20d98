/**
 * A small pool files idle connections under all their options, and looks them up by port alone.
 *
 * **What leaks** One idle connection for each exchange.
 *
 * **Why it survives** The key for storing contains the server name, the key for taking does not. No idle connection
 * is ever found, so each exchange makes a new one; closing the host uses the short key too.
 *
 * **How it shows up** The server counts as many connections as it got requests, until it takes no more.
 *
 * **How to fix** Make the key in one place.
 *
 * **When this is not a leak** When both keys are always made of the same options.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Idle sockets filed under the wrong key',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#5699'],
  hints: [
    'Make two exchanges with one host. How many connections are opened?',
    'Compare the key under which a socket is filed with the one that is looked up.',
    'Use one function for both keys.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Options {
  readonly port: number;
  readonly servername: string;
}

class Pool {
  readonly #idle = new Map<string, Socket[]>();

  async exchange(options: Options, text: string): Promise<string> {
    const socket = this.#take(`${options.port}`) ?? connect(options.port, '127.0.0.1'); // LEAK: socket x2
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    const key = `${options.port} ${options.servername}`;
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), socket]);
    return answer.toString();
  }

  close(options: Options): void {
    for (let next = this.#take(`${options.port}`); next; next = this.#take(`${options.port}`)) next.destroy();
  }

  #take(key: string): Socket | undefined {
    return this.#idle.get(key)?.shift();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const options = { port: lab.upstream.echo, servername: 'stock.example' };
  const pool = new Pool();
  const answers = [await pool.exchange(options, 'tea'), await pool.exchange(options, 'milk')];
  pool.close(options);
  return { answers };
}
