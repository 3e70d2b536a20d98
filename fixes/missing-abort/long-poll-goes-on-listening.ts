/**
 * Mended: the wait ends with the response.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, type Notification } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function nextOrder(url: string, signal: AbortSignal): Promise<string> {
  // FIX: the caller can end the wait
  const client = new Client(url);
  await client.connect();
  try {
    await client.query('LISTEN orders');
    // FIX: and then the client is ended
    const [order] = (await once(client, 'notification', { signal })) as [Notification];
    return order.payload ?? '';
  } finally {
    await client.end();
  }
}

function sendNextOrder(url: string, response: ServerResponse): void {
  response.write('order: ');
  const gone = new AbortController();
  response.once('close', () => gone.abort()); // FIX: the visitor has gone
  nextOrder(url, gone.signal).then(
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
