/** Mended: what fails after `listen` closes the server before the error goes on to the caller. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Lab, Outcome } from '../../lab/contract.ts';

interface DevServer {
  readonly port: number;
  close(): Promise<void>;
}

type StartHook = (port: number) => Promise<unknown>;

async function runHooks(hooks: readonly StartHook[], port: number): Promise<void> {
  for (const hook of hooks) await hook(port);
}

async function startDevServer(hooks: readonly StartHook[]): Promise<DevServer> {
  const server = createServer((request, response) => response.end(`bundle of ${request.url}`));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  // FIX: the caller gets no server, so it is closed here
  try {
    await runHooks(hooks, port);
  } catch (error) {
    await close();
    throw error;
  }
  return { port, close };
}

/** The start gets a second chance, because most failures are files that an editor is about to save. */
async function launch(hooks: readonly StartHook[]): Promise<string> {
  let failure = '';
  for (let attempt = 1; attempt <= 2; attempt++) {
    try {
      await (await startDevServer(hooks)).close();
      return 'ran';
    } catch (error) {
      failure = error instanceof Error && 'code' in error ? `failed: ${String(error.code)}` : 'failed';
    }
  }
  return failure;
}

export async function run(lab: Lab): Promise<Outcome> {
  const warmedUp: string[] = [];
  const result = await launch([
    async (port) => warmedUp.push((await lab.visit(`http://127.0.0.1:${port}/main.js`)).body),
    () => readFile(join(lab.scratch, 'proxy.config.json')),
  ]);
  return { warmedUp, result };
}
