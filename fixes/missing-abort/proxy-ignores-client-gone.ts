/** Fixed: the upstream request is destroyed when the response to the client closes. */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

function createProxy(origin: string): Server {
  return createServer((incoming, res) => {
    const target = new URL(incoming.url ?? '/', origin);
    const { method, headers } = incoming;
    const outgoing = request(target, { method, headers });
    outgoing.on('response', (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
    });
    outgoing.on('error', () => res.destroy());
    res.once('close', () => outgoing.destroy()); // FIX: no client is left to answer
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
