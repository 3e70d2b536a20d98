/**
 * A server sends price changes as events, and ends the stream of a disconnected client by returning its
 * generator.
 *
 * **What leaks** The generator of each client that left while no price changed, suspended in its loop, with its
 * subscription and its response.
 *
 * **Why it survives** An async generator does one thing at a time. While it is suspended in an `await`, `return()` is
 * queued behind the pending `next()`; the `finally` that would unsubscribe only runs after the next price, if one
 * ever comes.
 *
 * **How it shows up** The number of subscribers follows the number of visitors since the last price change. At night,
 * it only rises.
 *
 * **How to fix** Give the innermost wait a signal, and abort it when the client disconnects.
 *
 * **When this is not a leak** When values are sure to come soon: the next value ends the subscription, a little late.
 */
import { EventEmitter, on, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Subscription end waits for the next value',
  stage: 'integration',
  grows: ['listeners', 'stalls'],
  leaves: 'retained',
  seenThrough: 'promise',
  seenIn: ['graphile/crystal#1368'],
  hints: [
    'The client disconnects while the price is stable. At which line does the generator stand?',
    '`return()` of an async generator waits until the pending `next()` has settled.',
    'Pass an AbortSignal down to `events.on`, and abort it on `close` of the response.',
  ],
  node: '>=22',
} satisfies Pattern;

/** The exchange, which emits its prices. */
const exchange = new EventEmitter();

async function* prices(paper: string): AsyncGenerator<string> {
  yield `data: watching ${paper}\n\n`;
  for await (const [price] of on(exchange, paper)) yield `data: ${String(price)}\n\n`; // LEAK: await
}

function createPriceServer(): Server {
  return createServer(async (req, res) => {
    const changes = prices(new URL(req.url ?? '/', 'http://localhost').pathname.slice(1));
    res.on('close', () => void changes.return(undefined));
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    for await (const change of changes) res.write(change);
  });
}

export async function run(lab: Lab): Promise<Outcome> {
  const server = createPriceServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const visit = await lab.visit(`http://127.0.0.1:${port}/ACME`, 'hangs-up');
  server.close();
  await once(server, 'close');
  return { status: visit.status, body: visit.body.trim() };
}
