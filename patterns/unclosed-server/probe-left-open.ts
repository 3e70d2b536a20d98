/**
 * A client connects to learn which protocol a server speaks,
 * caches the answer, and opens another connection to use it.
 *
 * **What leaks** The connection of the probe.
 *
 * **Why it survives** Only the answer was wanted, and it is in the cache.
 * The socket is in no field, and the server waits for more data on it.
 *
 * **How it shows up** Both ends hold one idle connection for each server that the client ever talked to.
 *
 * **How to fix** End the socket when the answer has come, or use it for the request.
 *
 * **When this is not a leak** When the server closes the connection after its answer.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Probe connection never closed',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['hisco/http2-client#6'],
  hints: [
    'How many connections are made for the first call?',
    'The protocol is known. What is the socket for?',
    'Destroy the socket after the answer.',
  ],
  node: '>=22',
} satisfies Pattern;

async function exchange(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  await once(socket, 'close');
  return answer.toString();
}

class Client {
  readonly #protocols = new Map<number, string>();

  async protocolOf(port: number): Promise<string> {
    const known = this.#protocols.get(port);
    if (known !== undefined) return known;
    const socket = connect(port, '127.0.0.1'); // LEAK: socket
    socket.write('h2');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    const protocol = answer.toString();
    this.#protocols.set(port, protocol);
    return protocol;
  }

  async get(port: number, path: string): Promise<string> {
    return exchange(port, `${await this.protocolOf(port)} ${path}`);
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const client = new Client();
  const pages = [await client.get(lab.upstream.echo, '/'), await client.get(lab.upstream.echo, '/about')];
  return { pages };
}
