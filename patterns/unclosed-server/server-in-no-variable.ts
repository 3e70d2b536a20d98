/**
 * A script shows a page briefly, through a helper that returns the port of its server and not the server.
 *
 * **What leaks** The server.
 *
 * **Why it survives** The event loop holds a listening server, even if no variable
 * does. The script has only the port, and nothing on which to call `close`.
 *
 * **How it shows up** The script does its work and never ends.
 *
 * **How to fix** Return a way to close the server, and call it.
 *
 * **When this is not a leak** When serving is the whole purpose of the script.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Helper returns no way to close',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['notwaldorf/caturday-post#5'],
  hints: [
    'Which line would close the server?',
    'The server is in no variable of the script.',
    'Return a `close` beside the port.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Shown {
  readonly port: number;
  close?(): Promise<unknown>;
}

async function show(page: string): Promise<Shown> {
  const server = createServer((_req, res) => res.end(page)); // ALSO
  await once(server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server
  const { port } = server.address() as AddressInfo;
  return { port };
}

export async function run(lab: Lab): Promise<Outcome> {
  const shown = await show('<h1>Caturday</h1>');
  const { body } = await lab.visit(`http://127.0.0.1:${shown.port}/`);
  await shown.close?.();
  return { body };
}
