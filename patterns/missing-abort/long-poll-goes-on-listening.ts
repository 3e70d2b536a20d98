/**
 * A server holds a request until the database notifies it. The visitor goes before that.
 *
 * **What leaks** The connection that listens for the visitor, and the function that waits for the notification.
 *
 * **Why it survives** The wait knows of the database only. That the response is closed is an event of another
 * object, and nobody takes it to the wait.
 *
 * **How it shows up** Connections with `LISTEN` as their last query build up, one for each visitor who closed the
 * page.
 *
 * **How to fix** Abort the wait when the response closes.
 *
 * **When this is not a leak** When all visitors share one connection, and their waiting has no other cost.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, type Notification } from 'pg';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Wait for a notification that goes on when the visitor has gone',
  stage: 'e2e',
  grows: ['sockets', 'stalls'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['voxpelli/node-pg-pubsub#82'],
  hints: [
    'For whom is the notification when it comes?',
    'What tells the wait that the visitor has gone?',
    'Give `once` a signal that `close` of the response aborts.',
  ],
  node: '>=22',
} satisfies Pattern;

async function nextOrder(url: string): Promise<string> {
  const client = new Client(url);
  await client.connect(); // LEAK: socket
  try {
    await client.query('LISTEN orders');
    const [order] = (await once(client, 'notification')) as [Notification]; // LEAK: await
    return order.payload ?? '';
  } finally {
    await client.end();
  }
}

function sendNextOrder(url: string, response: ServerResponse): void {
  response.write('order: ');
  nextOrder(url).then(
    (order) => response.end(order),
    () => response.end('none'),
  );
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = createServer((_request, response) => sendNextOrder(lab.postgres, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { status } = await lab.visit(`http://127.0.0.1:${port}/next`, 'hangs-up');
  await once(server.close(), 'close');
  return { status };
}
