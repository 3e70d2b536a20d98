/**
 * A server holds a request until the database notifies it, and the visitor leaves before that.
 *
 * **What leaks** The connection that listens for a visitor who has gone.
 *
 * **Why it survives** Only the notification ends the connection.
 * The response emits that it closed, and no code tells the client.
 *
 * **How it shows up** Connections with `LISTEN` as their last
 * query build up, one for each visitor who closed the page.
 *
 * **How to fix** End the client when the response closes.
 *
 * **When this is not a leak** When all visitors share one connection, and waiting costs nothing else.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection still listening after the visitor left',
  stage: 'e2e',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['voxpelli/node-pg-pubsub#82'],
  hints: [
    'Who receives the notification when it comes?',
    'What tells the client that the visitor has gone?',
    'End the client on `close` of the response.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Sends the next order as soon as there is one. */
async function sendNextOrder(url: string, response: ServerResponse): Promise<void> {
  const client = new Client(url);
  await client.connect(); // LEAK: socket
  client.once('notification', ({ payload }) => {
    response.end(payload);
    void client.end();
  });
  await client.query('LISTEN orders');
  response.write('order: ');
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = createServer((_request, response) => void sendNextOrder(lab.postgres, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { status } = await lab.visit(`http://127.0.0.1:${port}/next`, 'hangs-up');
  await once(server.close(), 'close');
  return { status };
}
