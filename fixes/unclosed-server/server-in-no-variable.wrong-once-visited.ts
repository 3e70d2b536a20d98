/**
 * Tried: the server accepts one connection at most.
 *
 * **Still leaks because** a limit on connections does not end the listening.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Shown {
  readonly port: number;
  close?(): Promise<unknown>;
}

async function show(page: string): Promise<Shown> {
  const server = createServer((_req, res) => res.end(page)); // ALSO
  await once(server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server
  server.maxConnections = 1; // TRIED: one visit
  const { port } = server.address() as AddressInfo;
  return { port };
}

export async function run(lab: Lab): Promise<Outcome> {
  const shown = await show('<h1>Caturday</h1>');
  const { body } = await lab.visit(`http://127.0.0.1:${shown.port}/`);
  await shown.close?.();
  return { body };
}
