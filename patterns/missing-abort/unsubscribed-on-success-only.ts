/**
 * A client removes its abort listener from the caller's signal when an answer comes, but not when the request fails.
 *
 * **What leaks** One listener for each request that failed.
 *
 * **Why it survives** Only the handler of the answer cleans up. An
 * error rejects the promise in another handler, which does not.
 *
 * **How it shows up** While a server is down, each attempt leaves a
 * listener, the request and its buffers on the signal of the session.
 *
 * **How to fix** Clean up in every handler that ends the request.
 *
 * **When this is not a leak** When the signal is made for this one request.
 */
import { once } from 'node:events';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Abort listener kept after a failed request',
  stage: 'integration',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['axios/axios#10787'],
  hints: [
    'The server is not there. Which handlers run?',
    'There are two ways out and one clean-up.',
    'Call `done` in the error handler too.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Aborted when the user logs out. */
const session = new AbortController();

function statusOf(url: string, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false });
    const cancel = (): void => void request.destroy(signal.reason as Error);
    signal.addEventListener('abort', cancel); // LEAK: listener
    const done = (): void => signal.removeEventListener('abort', cancel);
    request.once('response', (response) => {
      done();
      response.resume();
      response.once('close', () => resolve(response.statusCode ?? 0));
    });
    request.once('error', (error) => {
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
