/** Fixed: an answer that goes out after the shutdown began ends its connection. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Lab, Outcome } from '../../lab/contract.ts';

class ForecastService {
  readonly requested = Promise.withResolvers<void>();
  readonly #server: Server;
  readonly #forecast: Promise<string>;

  constructor(forecast: Promise<string>) {
    this.#forecast = forecast;
    this.#server = createServer((request, response) => void this.#answer(request, response));
    // The load balancer decides how long its connections live.
    this.#server.keepAliveTimeout = 0;
  }

  async start(): Promise<number> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requested.resolve();
    const forecast = await this.#forecast;
    if (!this.#server.listening) response.setHeader('connection', 'close'); // FIX: close() does not check again
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
