/**
 * Tried: the field that holds the client is cleared with the last channel.
 *
 * **Still leaks because** the event loop holds the socket, with or without a field that holds its client.
 */
import { Client } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Notifications {
  readonly #url: string;
  readonly #channels = new Set<string>();
  #client: Client | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  async listen(channel: string): Promise<void> {
    this.#client ??= await this.#connect();
    await this.#client.query(`LISTEN ${this.#client.escapeIdentifier(channel)}`);
    this.#channels.add(channel);
  }

  /** @returns the number of remaining channels */
  async unlisten(channel: string): Promise<number> {
    await this.#client?.query(`UNLISTEN ${this.#client.escapeIdentifier(channel)}`);
    this.#channels.delete(channel);
    // TRIED: the next subscriber gets a new one
    if (this.#channels.size === 0) this.#client = undefined;
    return this.#channels.size;
  }

  async #connect(): Promise<Client> {
    const client = new Client(this.#url);
    await client.connect(); // LEAK: socket
    return client;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const notifications = new Notifications(lab.postgres);
  await notifications.listen('orders');
  await notifications.listen('refunds');
  return { left: [await notifications.unlisten('orders'), await notifications.unlisten('refunds')] };
}
