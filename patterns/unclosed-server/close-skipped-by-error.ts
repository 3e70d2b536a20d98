/**
 * A contract check starts a server and closes it at the end of the function, and the check fails before that.
 *
 * **What leaks** The server of each check that failed.
 *
 * **Why it survives** The error leaves the function before the line that closes the server. No other code has a reference to it.
 *
 * **How it shows up** One test fails, and the whole run hangs after its last line.
 *
 * **How to fix** Close the server in a `finally`.
 *
 * **When this is not a leak** When a failure ends the process.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Server not closed when the check fails',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['dat-ecosystem-archive/datBase#5'],
  hints: [
    'The check throws. Which lines are not reached?',
    'An error skips the code at the end of a function.',
    'Put the close in a finally.',
  ],
  node: '>=22',
} satisfies Pattern;

async function startApi(answers: Readonly<Record<string, string>>): Promise<Server> {
  const server = createServer((req, res) => res.end(answers[req.url ?? ''] ?? '')); // ALSO
  server.listen(0, '127.0.0.1'); // LEAK: server
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
  const { body } = await lab.visit(`http://127.0.0.1:${port}${path}`);
  if (body !== wanted) throw new Error(`${path} is ${JSON.stringify(body)}`);
  await stopApi(server);
  return `${path} is as wanted`;
}

export async function run(lab: Lab): Promise<Outcome> {
  const fine = await check(lab, '/health', 'ok');
  const broken = await check(lab, '/ready', 'ok').catch((error: Error) => error.message);
  return { fine, broken };
}
