/** Fixed: a connection is filed under the key of its lookup. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Options {
  readonly port: number;
  readonly servername: string;
}

class Pool {
  readonly #idle = new Map<string, Socket[]>();

  async exchange(options: Options, text: string): Promise<string> {
    const socket = this.#take(`${options.port}`) ?? connect(options.port, '127.0.0.1');
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    const key = `${options.port}`; // FIX: the key of the lookup
    this.#idle.set(key, [...(this.#idle.get(key) ?? []), socket]);
    return answer.toString();
  }

  close(options: Options): void {
    for (let next = this.#take(`${options.port}`); next; next = this.#take(`${options.port}`)) next.destroy();
  }

  #take(key: string): Socket | undefined {
    return this.#idle.get(key)?.shift();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const options = { port: lab.upstream.echo, servername: 'stock.example' };
  const pool = new Pool();
  const answers = [await pool.exchange(options, 'tea'), await pool.exchange(options, 'milk')];
  pool.close(options);
  return { answers };
}
