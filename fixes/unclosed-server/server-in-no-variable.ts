/** Fixed: the helper returns a way to close its server. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Shown {
  readonly port: number;
  close?(): Promise<unknown>;
}

async function show(page: string): Promise<Shown> {
  const server = createServer((_req, res) => res.end(page));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  // FIX: the caller can close the server
  return { port, close: () => once(server.close(), 'close') };
}

export async function run(lab: Lab): Promise<Outcome> {
  const shown = await show('<h1>Caturday</h1>');
  const { body } = await lab.visit(`http://127.0.0.1:${shown.port}/`);
  await shown.close?.();
  return { body };
}
