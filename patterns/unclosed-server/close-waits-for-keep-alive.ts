/**
 * A service shuts down during a request, and the client's keep-alive connection then stays open for ever.
 *
 * **What leaks** The server that never finishes closing, with the connection
 * of every client whose answer was under way when `close()` was called.
 *
 * **Why it survives** `close()` ends the connections that are idle at that moment (Node 19 and later)
 * and waits for the others. The answer still goes out with `Connection: keep-alive`; afterwards the
 * connection is idle, but `close()` does not check again, and `keepAliveTimeout` is off.
 *
 * **How it shows up** The shutdown hangs until the orchestrator kills the process, and only under load: an idle service
 * stops at once. With a `keepAliveTimeout` it hangs for that long instead.
 *
 * **How to fix** Send `Connection: close` in answers that go out after the server
 * stopped listening, or call `closeIdleConnections()` when such an answer is finished.
 *
 * **When this is not a leak** With Node's default `keepAliveTimeout` of 5 seconds such a connection ends soon by itself.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Closed server waits for keep-alive connection',
  stage: 'integration',
  grows: ['handles', 'sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#2642'],
  hints: [
    'The last answer goes out after the shutdown has begun. What becomes of its connection?',
    '`close()` ends idle connections once, when it is called. Which connection becomes idle later?',
    'In the answer, send `Connection: close` if `server.listening` is false.',
  ],
  node: '>=22',
} satisfies Pattern;

class ForecastService {
  readonly requested = Promise.withResolvers<void>();
  readonly #server: Server;
  readonly #forecast: Promise<string>;

  constructor(forecast: Promise<string>) {
    this.#forecast = forecast;
    this.#server = createServer((request, response) => void this.#answer(request, response)); // ALSO
    // The load balancer decides how long its connections live.
    this.#server.keepAliveTimeout = 0;
  }

  async start(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening'); // LEAK: server
    return (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requested.resolve();
    const forecast = await this.#forecast;
    response.end(`${request.url}: ${forecast}`);
  }

  async stop(graceMs: number): Promise<void> {
    const closed = once(this.#server, 'close', { signal: AbortSignal.timeout(graceMs) });
    this.#server.close();
    // Past the grace period the process ends anyway.
    await closed.catch(() => {});
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const model = Promise.withResolvers<string>();
  const service = new ForecastService(model.promise);
  const port = await service.start();
  const visit = lab.visit(`http://127.0.0.1:${port}/oslo`, 'stays');
  await service.requested.promise;

  const stopped = service.stop(20);
  model.resolve('snow');
  const { status, body } = await visit;
  await stopped;
  return { status, body };
}
