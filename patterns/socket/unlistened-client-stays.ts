/**
 * Subscribers of notifications share a connection that the first one opens. When the last one leaves, the connection
 * stays open.
 *
 * **What leaks** The connection that no longer listens to any channel.
 *
 * **Why it survives** It was opened for all subscribers and belongs to none of them, so none of them closes the
 * connection.
 *
 * **How it shows up** A script that has unsubscribed from everything and closed its pool does not exit.
 *
 * **How to fix** End the client when the last channel is removed.
 *
 * **When this is not a leak** When the connection serves the whole process, and is closed at its end.
 */
import { Client } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection outlives its last subscriber',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['porsager/postgres#1022'],
  hints: [
    'Which call opens the connection, and which call could close it?',
    'What stays open when the set of channels is empty?',
    'In `unlisten`, end the client when there are no channels.',
  ],
  node: '>=22',
} satisfies Pattern;

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
