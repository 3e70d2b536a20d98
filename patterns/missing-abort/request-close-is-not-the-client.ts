/**
 * To stop when a client leaves, a route aborts its upstream call on the close of the request, not of the response.
 *
 * **What leaks** The upstream call of each client that left while it was under way.
 *
 * **Why it survives** The request is the message, and it is over once its body was read. Its
 * `close` came before the listener was added; only the response reports that the client has gone.
 *
 * **How it shows up** Model providers bill for answers that no user read, and the sockets to the providers pile up.
 *
 * **How to fix** Listen for `close` on the response.
 *
 * **When this is not a leak** When the client leaves before it has sent its whole body.
 */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Listening for close on the wrong stream',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['BlockRunAI/ClawRouter#279'],
  hints: [
    'The body was read. What is left of the request that could close?',
    'There are two streams to a client. Which of them is still open?',
    'Listen on the response.',
  ],
  node: '>=22',
} satisfies Pattern;

function createRoute(upstream: string): { server: Server; asked: Promise<void> } {
  const asked = Promise.withResolvers<void>();
  const server = createServer(async (req, res) => {
    await text(req);
    const gone = new AbortController();
    req.on('close', () => gone.abort());
    const outgoing = request(`${upstream}${req.url}`, { agent: false }); // LEAK: request
    gone.signal.addEventListener('abort', () => outgoing.destroy());
    outgoing.on('error', () => res.destroy());
    outgoing.on('response', (answer) => {
      res.write('data: \n\n');
      answer.resume();
      answer.on('end', () => res.end());
      asked.resolve();
    });
    outgoing.end();
  });
  return { server, asked: asked.promise };
}

export async function run(lab: Lab): Promise<Outcome> {
  const { server, asked } = createRoute(lab.upstream.http);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const patient = await lab.visit(`http://127.0.0.1:${port}/drip?chunks=2&every=1`);
  const impatient = await lab.visit(`http://127.0.0.1:${port}/endless`, 'hangs-up');
  await asked;
  server.close();
  await once(server, 'close');
  return { statuses: [patient.status, impatient.status] };
}
