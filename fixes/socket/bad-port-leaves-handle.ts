/** Fixed: a port that no socket can have is refused before `connect` is called. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Outcome } from '../../lab/contract.ts';

type State = 'up' | 'down' | 'misconfigured';

async function check(port: number): Promise<State> {
  // FIX: refused before connect makes a handle
  if (!Number.isInteger(port) || port < 0 || port > 65_535) return 'misconfigured';
  let socket: Socket | undefined;
  try {
    socket = connect({ port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return 'up';
  } catch {
    return 'down'; // FIX: no other reason is possible
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
