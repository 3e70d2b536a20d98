/**
 * An agent asks a proxy for a tunnel, gets an answer other than 200, and throws an error to its caller.
 *
 * **What leaks** The connection to the proxy.
 *
 * **Why it survives** The refusal throws to the caller, but does not close the socket. The proxy waits for another
 * request, and no variable has the socket any more.
 *
 * **How it shows up** A wrong proxy password, retried every minute, uses up the proxy's connections.
 *
 * **How to fix** Destroy the socket before the error is thrown.
 *
 * **When this is not a leak** When the proxy closes the connection after a refusal.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Socket kept after a refused tunnel',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['delvedor/hpagent#86'],
  hints: [
    'The proxy refuses. Which variable has the socket after the throw?',
    'A failed request is not a closed connection.',
    'Destroy the socket where the answer is not 200.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Opens a tunnel to `host` through the proxy and returns its socket. */
async function openTunnel(proxy: number, host: string): Promise<Socket> {
  const socket = connect(proxy, '127.0.0.1'); // LEAK: socket
  socket.write(`CONNECT ${host}:443 HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  const [status = ''] = answer.toString('latin1').split('\r\n', 1);
  if (!status.startsWith('HTTP/1.1 200')) throw new Error(`no tunnel to ${host}: ${status}`);
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
