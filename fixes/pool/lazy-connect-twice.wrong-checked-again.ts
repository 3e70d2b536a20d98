/**
 * Tried: the field is checked again when the connection is made.
 *
 * **Still leaks because** the later call returns the first connection, and its own connection stays open.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    this.#socket ??= socket; // TRIED: the first socket wins
    return this.#socket;
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
