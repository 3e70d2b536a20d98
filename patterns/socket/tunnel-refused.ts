/**
 * An agent asks a proxy for a tunnel, gets another answer than 200, and tells its caller so.
 *
 * **What leaks** The connection to the proxy.
 *
 * **Why it survives** The answer is an error for the caller, and no end for the socket. The proxy waits for another
 * request, and nobody has the socket any more.
 *
 * **How it shows up** A wrong password for the proxy, tried again each minute, uses up the proxy's connections.
 *
 * **How to fix** Destroy the socket before the error is thrown.
 *
 * **When this is not a leak** When the proxy closes a connection that it has refused.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection to a proxy that would not open a tunnel',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['delvedor/hpagent#86'],
  hints: [
    'The proxy refuses. Who has the socket after the throw?',
    'A failed request is not a closed connection.',
    'Destroy the socket where the answer is found wrong.',
  ],
  node: '>=22',
} satisfies Pattern;

/** A socket through which `host` is reached. */
async function openTunnel(proxy: number, host: string): Promise<Socket> {
  const socket = connect(proxy, '127.0.0.1'); // LEAK: socket
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  const [status = ''] = answer.toString('latin1').split('\r\n', 1);
  if (!status.startsWith('HTTP/1.1 200')) throw new Error(`no tunnel to ${host}: ${status}`);
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
