/**
 * Subscribers of notifications share a connection that is made for the first of them. The last one leaves, and the
 * connection stays.
 *
 * **What leaks** The connection that listens to nothing any more.
 *
 * **Why it survives** It was opened on behalf of the subscribers and belongs to none, so that none of them closes
 * it.
 *
 * **How it shows up** A script that has unsubscribed from everything and closed its pool does not exit.
 *
 * **How to fix** End the client when the last channel is given up.
 *
 * **When this is not a leak** When the connection is meant to live with the process, and is closed at its end.
 */
import { Client } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection for notifications that outlives its last subscriber',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['porsager/postgres#1022'],
  hints: [
    'Who opens the connection, and who could close it?',
    'What is left when the set of channels is empty?',
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

  /** @returns how many channels are left */
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
