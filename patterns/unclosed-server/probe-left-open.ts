/**
 * A client connects to learn which protocol a server speaks, remembers the answer, and makes another connection to
 * talk.
 *
 * **What leaks** The connection of the question.
 *
 * **Why it survives** The answer is what was wanted, and it is in the cache. The socket is in no field, and the
 * server waits for what comes next.
 *
 * **How it shows up** One idle connection for each server that was ever talked to, at both ends.
 *
 * **How to fix** End the socket when the answer is there, or talk on it.
 *
 * **When this is not a leak** When the server closes after the question.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection that was made to ask for a protocol',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['hisco/http2-client#6'],
  hints: [
    'How many connections are made for the first call?',
    'The protocol is known. What is the socket for?',
    'Destroy the socket after the question.',
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
