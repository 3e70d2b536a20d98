/**
 * Tried: the request is counted down on an error of the response too.
 *
 * **Still leaks because** a client that hangs up causes no error on the response; the response closes.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, Outcome } from '../../lab/contract.ts';
import { WaitGroup } from '../../patterns/waitgroup/wait-group.ts';

const openRequests = new WaitGroup();

async function* ticks(): AsyncGenerator<string> {
  for (let tick = 1; ; tick += 1) {
    yield `${tick} EURUSD 1.0842\n`;
    await sleep(2);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  openRequests.add();
  response.once('finish', () => openRequests.done());
  response.once('error', () => openRequests.done()); // TRIED: counts failures too
  if (request.url === '/price') response.end('1.0842');
  // A ticker ends only when its reader leaves.
  else await pipeline(Readable.from(ticks()), response).catch(() => undefined);
}

async function shutDown(server: Server): Promise<void> {
  server.close();
  await openRequests.wait(); // LEAK: await
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const price = await lab.visit(`http://127.0.0.1:${port}/price`);
  const ticker = await lab.visit(`http://127.0.0.1:${port}/ticker`, 'hangs-up');
  const closed = once(server, 'close');
  void shutDown(server);
  await closed;
  return { price: price.body, ticker: ticker.status };
}
