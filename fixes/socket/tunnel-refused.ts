/** Fixed: the socket is destroyed before the refusal is told. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

/** A socket through which `host` is reached. */
async function openTunnel(proxy: number, host: string): Promise<Socket> {
  const socket = connect(proxy, '127.0.0.1');
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  const [status = ''] = answer.toString('latin1').split('\r\n', 1);
  if (!status.startsWith('HTTP/1.1 200')) {
    socket.destroy(); // FIX: the caller never gets it
    throw new Error(`no tunnel to ${host}: ${status}`);
  }
  return socket;
}

export async function run(lab: Lab): Promise<Outcome> {
  // what listens there sends back what it gets, and is no proxy at all
  const problem = await openTunnel(lab.upstream.echo, 'mail.example').then(
    (socket) => socket.destroyed,
    (error: Error) => error.message,
  );
  return { problem };
}
