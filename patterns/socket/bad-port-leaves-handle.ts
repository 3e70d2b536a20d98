/**
 * A health check connects to each service of a list, and one port in the list has a digit too many.
 *
 * **What leaks** The handle of the socket that the call made before it looked at the port.
 *
 * **Why it survives** `connect` makes the socket and its handle, then throws `ERR_SOCKET_BAD_PORT`. The caller never
 * gets the socket, so `finally` has none to destroy, and Node keeps a handle until it is closed.
 *
 * **How it shows up** Each round of checks adds a handle to `process.report`, and memory that no heap snapshot of the
 * program explains.
 *
 * **How to fix** Check the port before you connect.
 *
 * **When this is not a leak** When the program ends because of the wrong port.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Refused port leaves a socket handle',
  stage: 'integration',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['oven-sh/bun#34658'],
  hints: [
    'One port of the list is impossible. When does `connect` notice?',
    'Did the call make anything before it threw?',
    'Look at the port yourself before you call `connect`.',
  ],
  node: '>=22',
} satisfies Pattern;

type State = 'up' | 'down' | 'misconfigured';

async function check(port: number): Promise<State> {
  let socket: Socket | undefined;
  try {
    socket = connect({ port, host: '127.0.0.1' }); // LEAK: socket
    await once(socket, 'connect');
    return 'up';
  } catch (error) {
    return error instanceof RangeError ? 'misconfigured' : 'down';
  } finally {
    socket?.destroy();
  }
}

export async function run(): Promise<Outcome> {
  const mailer = createServer((visitor) => visitor.resume()).listen(0, '127.0.0.1');
  try {
    await once(mailer, 'listening');
    const { port } = mailer.address() as AddressInfo;
    return { mailer: await check(port), printer: await check(99_999) };
  } finally {
    mailer.close();
    await once(mailer, 'close');
  }
}
