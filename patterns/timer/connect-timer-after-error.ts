/**
 * A request gives its connection ten seconds and clears that timer once it is connected.
 *
 * **What leaks** The timer of each connection that was refused.
 *
 * **Why it survives** The `connect` event clears the timer. A
 * refused connection emits `error` and `close`, and never `connect`.
 *
 * **How it shows up** While a server is down, its clients keep one timer for each attempt.
 *
 * **How to fix** Clear the timer on `close`, which comes however the connection ends.
 *
 * **When this is not a leak** When the limit is shorter than the time between two attempts.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connect timer kept after a refused connection',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['aws/aws-sdk-js#2322'],
  hints: [
    'The server refuses. Which events come?',
    'The timer is cleared in one handler. Does that handler run?',
    'Clear it in the handler of `close` too.',
  ],
  node: '>=22',
} satisfies Pattern;

const limit = 10_000;

async function knock(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const timer = setTimeout(() => socket.destroy(new Error('too late')), limit); // LEAK: timer
  socket.once('connect', () => clearTimeout(timer));
  try {
    await once(socket, 'connect');
    return 'open';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'closed';
  } finally {
    socket.destroy();
  }
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
  return { open: await knock(lab.upstream.echo), refused: await knock(await freePort()) };
}
