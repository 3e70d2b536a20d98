/** Fixed: the socket is destroyed before the refusal is thrown. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** Opens a tunnel to `host` through the proxy and returns its socket. */
async function openTunnel(proxy: number, host: string): Promise<Socket> {
  const socket = connect(proxy, '127.0.0.1');
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  const [status = ''] = answer.toString('latin1').split('\r\n', 1);
  if (!status.startsWith('HTTP/1.1 200')) {
    socket.destroy(); // FIX: the caller never gets the socket
    throw new Error(`no tunnel to ${host}: ${status}`);
  }
  return socket;
}

export async function run(lab: Lab): Promise<Outcome> {
  // the server on this port is no proxy: it echoes the request
  const problem = await openTunnel(lab.upstream.echo, 'mail.example').then(
    (socket) => socket.destroyed,
    (error: Error) => error.message,
  );
  return { problem };
}
