/**
 * A dev server replaces its server when a file changes, and two files change at the same time.
 *
 * **What leaks** One of the two servers that were started.
 *
 * **Why it survives** Both reloads close the same server and both start a new
 * one. The field holds the one that came last, and `stop` closes only that one.
 *
 * **How it shows up** After a change of branch the old code still answers on some port, and the tool does not exit.
 *
 * **How to fix** Let each reload wait for the one before it.
 *
 * **When this is not a leak** When changes are collected before a reload begins.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Two reloads start two servers',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['dollarshaveclub/cloudworker#104'],
  hints: [
    'Two reloads at once. How many servers are started, and how many are in the field?',
    'What happens while a reload awaits the end of the old server?',
    'Chain the reloads on one promise.',
  ],
  node: '>=22',
} satisfies Pattern;

class DevServer {
  #server: Server | undefined;
  #reloads = 0;

  async reload(): Promise<number> {
    const old = this.#server;
    if (old?.listening) {
      old.close();
      await once(old, 'close');
    }
    const version = ++this.#reloads;
    const server = createServer((_req, res) => res.end(`version ${version}`)); // ALSO
    server.listen(0, '127.0.0.1'); // LEAK: server
    await once(server, 'listening');
    this.#server = server;
    return version;
  }

  url(): string {
    const { port } = (this.#server?.address() ?? { port: 0 }) as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  async stop(): Promise<void> {
    this.#server?.close();
    if (this.#server) await once(this.#server, 'close');
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = new DevServer();
  await server.reload();
  const { body } = await lab.visit(server.url());
  const versions = await Promise.all([server.reload(), server.reload()]);
  await server.stop();
  return { body, versions: versions.toSorted() };
}
