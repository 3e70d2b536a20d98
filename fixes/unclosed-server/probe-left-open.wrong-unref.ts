/**
 * Tried: the socket of the probe is unref'd.
 *
 * **Still leaks because** both ends go on holding an idle connection.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    socket.unref(); // TRIED: the process may exit
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
