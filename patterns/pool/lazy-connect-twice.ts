/**
 * A client connects when it is first used, and two requests use it first.
 *
 * **What leaks** The connection that was overwritten by the other.
 *
 * **Why it survives** Both calls find no socket, both await their own, and the second assignment replaces the first.
 * `close()` ends the one that is left.
 *
 * **How it shows up** After each start the server counts one connection more than there are clients, and a shutdown
 * waits for it.
 *
 * **How to fix** Keep the promise of the connection, which is there from the first call on.
 *
 * **When this is not a leak** When nothing else runs between the first call and its connection.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Client that connects twice when it is asked twice at once',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nestjs/nest#13880', 'mongodb/node-mongodb-native#3596'],
  hints: [
    'Ask twice in the same turn. How many connections are made?',
    'What does the second call find in the field?',
    'Store the promise in place of the socket.',
  ],
  node: '>=22',
} satisfies Pattern;

class StockClient {
  readonly #port: number;
  #socket: Socket | undefined;

  constructor(port: number) {
    this.#port = port;
  }

  async #connected(): Promise<Socket> {
    if (this.#socket) return this.#socket;
    const socket = connect(this.#port, '127.0.0.1'); // LEAK: socket
    await once(socket, 'connect');
    this.#socket = socket;
    return socket;
  }

  async ask(article: string): Promise<string> {
    const socket = await this.#connected();
    socket.write(article);
    return article.length > 3 ? 'few' : 'many';
  }

  async close(): Promise<void> {
    const socket = await this.#connected();
    socket.destroy();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const client = new StockClient(lab.upstream.echo);
  const answers = await Promise.all([client.ask('tea'), client.ask('milk')]);
  await client.close();
  return { answers };
}
