/**
 * A build step serves its progress page until the build is over, without calling `close()` on the server.
 *
 * **Looks like a leak** The server is a local variable that is never closed, its keep-alive connections
 * stay open with no timeout, and the `unref()` seems to hide it from a process that should end.
 *
 * **Is none because** `listen()` got the build's signal: when the build aborts it,
 * Node closes the server, and with it the connections, which are all idle by then.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

async function serveProgress(steps: readonly string[], buildOver: AbortSignal): Promise<string> {
  const server = createServer((_request, response) => response.end(steps.join(', ')));
  server.keepAliveTimeout = 0;
  server.listen({ port: 0, host: '127.0.0.1', signal: buildOver });
  server.unref();
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

export async function run(lab: Lab): Promise<Outcome> {
  const build = new AbortController();
  const steps: string[] = [];
  const progress = await serveProgress(steps, build.signal);
  const seen: string[] = [];
  for (const step of ['compile', 'link', 'pack']) {
    steps.push(step);
    seen.push((await lab.visit(progress, 'stays')).body);
  }
  build.abort();
  return { seen };
}
