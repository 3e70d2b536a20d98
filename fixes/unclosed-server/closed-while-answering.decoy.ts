/**
 * A server is closed while it answers, and lets that answer go out.
 *
 * **Looks like a leak** `close` is called with a connection open, and nobody destroys the connection.
 *
 * **Is none because** The answer says that the connection closes with it, and the server is closed with its last
 * connection.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

export async function run(lab: Lab): Promise<Outcome> {
  const asked = Promise.withResolvers<void>();
  const page = Promise.withResolvers<string>();
  const server = createServer(async (_req, res) => {
    asked.resolve();
    res.writeHead(200, { connection: 'close' }).end(await page.promise);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const visiting = lab.visit(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await asked.promise;
  server.close();
  page.resolve('last orders');
  const { body } = await visiting;
  if (server.listening) await once(server, 'close');
  return { body };
}
