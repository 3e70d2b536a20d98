/** Fixed: the server is closed before the check is judged. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function startApi(answers: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((req, res) => res.end(answers[req.url ?? ''] ?? ''));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function stopApi(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

async function check(lab: Lab, path: string, wanted: string): Promise<string> {
  const server = await startApi({ '/health': 'ok' });
  const { port } = server.address() as AddressInfo;
  // FIX: closed before the answer is judged, even without an answer
  const { body } = await lab.visit(`http://127.0.0.1:${port}${path}`).finally(() => stopApi(server));
  if (body !== wanted) throw new Error(`${path} is ${JSON.stringify(body)}`);
  // FIX: already closed
  return `${path} is as wanted`;
}

export async function run(lab: Lab): Promise<Outcome> {
  const fine = await check(lab, '/health', 'ok');
  const broken = await check(lab, '/ready', 'ok').catch((error: Error) => error.message);
  return { fine, broken };
}
