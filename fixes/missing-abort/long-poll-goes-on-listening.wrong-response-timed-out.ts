/**
 * Tried: a response that takes too long is closed by the server.
 *
 * **Still leaks because** this one is closed already, and closing it ends no wait.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, type Notification } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
  response.setTimeout(1000, () => response.destroy()); // TRIED: nobody waits for ever
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
