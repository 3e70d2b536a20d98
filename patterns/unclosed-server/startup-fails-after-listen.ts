/**
 * A dev server listens first and runs its start hooks then; if a hook fails, the caller gets an error and no server.
 *
 * **What leaks** One listening server for every start that failed, two here because the launcher tries twice.
 *
 * **Why it survives** The server is open before the hook throws. `start` rejects instead of returning the object with
 * `close`, so nobody can reach the server any more, but the event loop still holds it.
 *
 * **How it shows up** The command prints its error and does not exit. A supervisor that tries again finds the port
 * taken, or, with port 0, collects ports that answer with half a product.
 *
 * **How to fix** Catch what fails after `listen`, close the server, and throw the error on.
 *
 * **When this is not a leak** If the program ends with the error anyway (`process.exit(1)`), nothing is left to close.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Server of a start-up that failed after listen',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  channel: 'loop handle',
  seenIn: ['web-infra-dev/rsbuild#8309'],
  hints: [
    'The start fails. What has been started by then?',
    'A caller closes what it was given. What is it given when `startDevServer` rejects?',
    'Wrap the hooks in `try`/`catch`: close the server, wait for `close`, throw the error again.',
  ],
  node: '>=22',
} satisfies Pattern;

interface DevServer {
  readonly port: number;
  close(): Promise<void>;
}

type StartHook = (port: number) => Promise<unknown>;

async function runHooks(hooks: readonly StartHook[], port: number): Promise<void> {
  for (const hook of hooks) await hook(port);
}

async function startDevServer(hooks: readonly StartHook[]): Promise<DevServer> {
  const server = createServer((request, response) => response.end(`bundle of ${request.url}`)); // ALSO
  await once(server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server x2
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    await once(server, 'close');
  };
  await runHooks(hooks, port);
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
