/** Fixed: the first call stores the promise of the connection, and the second one awaits it too. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class StockClient {
  readonly #port: number;
  #socket: Promise<Socket> | undefined; // FIX: set from the first call on

  constructor(port: number) {
    this.#port = port;
  }

  #connected(): Promise<Socket> {
    // FIX: nothing is awaited between the check and the assignment
    this.#socket ??= this.#open();
    return this.#socket;
  }

  async #open(): Promise<Socket> {
    const socket = connect(this.#port, '127.0.0.1');
    await once(socket, 'connect');
    // FIX: the field already has its promise
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
