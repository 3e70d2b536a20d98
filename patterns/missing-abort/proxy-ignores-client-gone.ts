/**
 * A reverse proxy continues its upstream request after the client has hung up.
 *
 * **What leaks** One upstream request, its connection and its unread response, for each client that leaves before
 * the answer has ended.
 *
 * **Why it survives** `pipe` stops writing when the client's response closes, but it destroys
 * nothing on the other side. The upstream answer stays paused, and its agent holds the connection.
 *
 * **How it shows up** The backend counts far more open connections than
 * the proxy has clients, above all with long downloads and event streams.
 *
 * **How to fix** Destroy the upstream request when the response to the client closes, or join the two with
 * `pipeline`, which destroys both.
 *
 * **When this is not a leak** When the proxy wants the rest of the answer for itself, to fill its cache.
 */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Proxied request continues after client hang-up',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['http-party/node-http-proxy#158', 'unjs/httpxy#85', 'villadora/express-http-proxy#107'],
  hints: [
    'One client leaves in the middle of an endless answer. What tells the upstream?',
    'The two sides are joined by pipe. Does a pipe carry bad news backwards?',
    'Destroy the upstream request on the close event of the response to the client.',
  ],
  node: '>=22',
} satisfies Pattern;

function createProxy(origin: string): Server {
  return createServer((incoming, res) => {
    const target = new URL(incoming.url ?? '/', origin);
    const { method, headers } = incoming;
    const outgoing = request(target, { method, headers }); // LEAK: request
    outgoing.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    outgoing.on('error', () => res.destroy());
    incoming.pipe(outgoing);
  });
}

export async function run(lab: Lab): Promise<Outcome> {
  const proxy = createProxy(lab.upstream.http);
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;

  const whole = await lab.visit(`http://127.0.0.1:${port}/drip?chunks=3&every=1`);
  const cut = await lab.visit(`http://127.0.0.1:${port}/endless`, 'hangs-up');

  proxy.close();
  await once(proxy, 'close');
  return { statuses: [whole.status, cut.status], whole: whole.body };
}
