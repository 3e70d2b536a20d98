/**
 * A client connects on first use, and two requests use it first at the same time.
 *
 * **What leaks** The connection that the second one overwrote.
 *
 * **Why it survives** Both calls find no socket, both await a new one, and the second assignment replaces the first.
 * `close()` ends only the second socket.
 *
 * **How it shows up** After each start the server counts one more connection than there are clients, and its shutdown
 * waits for that connection.
 *
 * **How to fix** Store the promise of the connection, which exists from the first call on.
 *
 * **When this is not a leak** When no second call can come before the first connection succeeds.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Concurrent first calls connect twice',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nestjs/nest#13880', 'mongodb/node-mongodb-native#3596'],
  hints: [
    'Send two requests in the same turn. How many connections are made?',
    'What does the second call find in the field?',
    'Store the promise instead of the socket.',
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
