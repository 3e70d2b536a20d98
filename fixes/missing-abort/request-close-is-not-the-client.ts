/** Fixed: the `close` of the response reports that the client has gone. */
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome } from '../../lab/contract.ts';

function createRoute(upstream: string): { server: Server; asked: Promise<void> } {
  const asked = Promise.withResolvers<void>();
  const server = createServer(async (req, res) => {
    await text(req);
    const gone = new AbortController();
    res.on('close', () => gone.abort()); // FIX: open as long as the client waits
    const outgoing = request(`${upstream}${req.url}`, { agent: false });
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
