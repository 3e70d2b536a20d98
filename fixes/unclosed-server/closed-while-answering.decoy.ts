/**
 * A server is closed while it answers, and finishes that answer.
 *
 * **Looks like a leak** `close` is called while a connection is open, and no code destroys the connection.
 *
 * **Is none because** The answer says that its connection will
 * close, and the server finishes closing with its last connection.
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
