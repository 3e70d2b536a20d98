/**
 * A price service counts its open requests down when an answer
 * finishes, and answers to visitors who hang up never finish.
 *
 * **What leaks** The shutdown that waits for the last open request, and every resource closed after it.
 *
 * **Why it survives** A response whose client has gone emits `close` but not `finish`, so its `done()`
 * never runs. The module's group stays above zero for ever and holds every caller that waits on it.
 *
 * **How it shows up** Graceful shutdown hangs until the orchestrator kills the process, though the server
 * is closed and no connection is left; it happens only on instances where a visitor once closed a tab.
 *
 * **How to fix** Count down on `close`, which every response emits once, however it ended.
 *
 * **When this is not a leak** If every wait for the group
 * is raced against a deadline, the count is merely wrong.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';
import { WaitGroup } from './wait-group.ts';

export const pattern = {
  title: 'Requests counted down only on finish',
  stage: 'integration',
  grows: ['stalls'],
  leaves: 'retained',
  seenThrough: 'promise',
  seenIn: ['nfriedly/node-unblocker#7'],
  hints: [
    'Shut the service down after a visitor has hung up in the middle of an answer.',
    'Which events does a response emit when its client has gone, and which does it not?',
    '`finish` never comes for an aborted response; `close` always does.',
  ],
  node: '>=22',
} satisfies Pattern;

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
