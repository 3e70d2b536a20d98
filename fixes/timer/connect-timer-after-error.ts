/** Fixed: the timer is cleared when the socket closes, whatever happened before. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

const limit = 10_000;

async function knock(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const timer = setTimeout(() => socket.destroy(new Error('too late')), limit);
  socket.once('connect', () => clearTimeout(timer));
  socket.once('close', () => clearTimeout(timer)); // FIX: comes however it ends
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
