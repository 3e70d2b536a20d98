/**
 * A report uses two clients of a pool at once and gives both back.
 *
 * **Looks like a leak** Two connections are opened, and their user closes neither.
 *
 * **Is none because** Both are in the pool's idle list when the report is done, and the pool ends idle clients.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Pool {
  readonly #port: number;
  readonly #idle: Socket[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async use<T>(work: (socket: Socket) => Promise<T>): Promise<T> {
    const socket = this.#idle.pop() ?? connect(this.#port, '127.0.0.1');
    try {
      return await work(socket);
    } finally {
      this.#idle.push(socket);
    }
  }

  async end(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((socket) => once(socket.end(), 'close')));
  }
}

async function count(socket: Socket, table: string): Promise<number> {
  socket.write(table);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.length;
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool(lab.upstream.echo);
  const tables = ['books', 'loans'].map((table) => pool.use((socket) => count(socket, table)));
  const counts = await Promise.all(tables);
  counts.push(await pool.use((socket) => count(socket, 'readers')));
  await pool.end();
  return { counts };
}
