/** Fixed: the listener is removed with the request, however that ends. */
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Aborted when the user logs out. */
const session = new AbortController();

function statusOf(url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false });
    const cancel = (): void => void request.destroy(signal.reason as Error);
    signal.addEventListener('abort', cancel);
    const done = (): void => signal.removeEventListener('abort', cancel);
    request.once('response', (response) => {
      done();
      response.resume();
      response.once('close', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', (error) => {
      done(); // FIX: this ends the request too
      reject(error);
    });
  });
}

/** Returns a port with no listener. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function run(lab: Lab): Promise<Outcome> {
  const there = await statusOf(`${lab.upstream.http}/close`, session.signal);
  const gone = `http://127.0.0.1:${await freePort()}/`;
  const problem = await statusOf(gone, session.signal).catch(() => 'refused');
  return { there, problem };
}
