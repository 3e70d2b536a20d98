/**
 * Tried: a response that takes too long is closed by the server.
 *
 * **Still leaks because** this response is closed already, and closing it ends no client.
 */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from 'pg';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Sends the next order as soon as there is one. */
async function sendNextOrder(url: string, response: ServerResponse): Promise<void> {
  const client = new Client(url);
  await client.connect(); // LEAK: socket
  client.once('notification', ({ payload }) => {
    response.end(payload);
    void client.end();
  });
  response.setTimeout(1000, () => response.destroy()); // TRIED: ends the wait
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
