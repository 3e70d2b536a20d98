/**
 * A script shows a page for a moment, through a helper that gives back the port of its server and not the server.
 *
 * **What leaks** The server.
 *
 * **Why it survives** A listening server is held by the process, not by a variable. The script has the port alone,
 * and there is nothing to call `close` on.
 *
 * **How it shows up** The script does its work and never ends.
 *
 * **How to fix** Give back a way to close it, and use that.
 *
 * **When this is not a leak** When the script is the server.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Server that nobody can close',
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
