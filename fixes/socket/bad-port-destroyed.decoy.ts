/**
 * A health check connects to each service of a list, and one port in the list has a digit too many.
 *
 * **Looks like a leak** `connect` makes the handle of the socket, and then throws because of the port.
 *
 * **Is none because** the socket was made before, so that it can be destroyed when `connect` has thrown.
 */
import { once } from 'node:events';
import { createServer, Socket, type AddressInfo } from 'node:net';
import type { Outcome } from '../../lab/contract.ts';

type State = 'up' | 'down' | 'misconfigured';

async function check(port: number): Promise<State> {
  const socket = new Socket();
  try {
    socket.connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return 'up';
  } catch (error) {
    return error instanceof RangeError ? 'misconfigured' : 'down';
  } finally {
    socket.destroy();
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
