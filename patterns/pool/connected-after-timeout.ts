/**
 * A pool gives up on a connection that takes too long, and the connection succeeds a moment later.
 *
 * **What leaks** Each connection that succeeds after the time-out.
 *
 * **Why it survives** The race rejects for the caller, and the connection attempt goes on. When it succeeds, the
 * socket has no owner: it is neither in the pool nor ended.
 *
 * **How it shows up** After an hour of a slow database there are more connections than the limit of the pool, and the
 * database refuses new ones.
 *
 * **How to fix** End a connection that comes too late.
 *
 * **When this is not a leak** When the time-out destroys the socket, connected or not.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Late connection neither used nor closed',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['brianc/node-postgres#3543'],
  hints: [
    'The caller has its error. What happens to the connection attempt?',
    'A race does not stop its losers.',
    'Destroy the socket in the path of the time-out.',
  ],
  node: '>=22',
} satisfies Pattern;

class Pool {
  readonly #port: number;
  readonly idle: Socket[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  /** @param late settles when the caller gives up */
  async connect(late: Promise<void>): Promise<Socket> {
    const socket = connect(this.#port, '127.0.0.1'); // LEAK: socket
    const connected = once(socket, 'connect').then(() => socket);
    const gaveUp = late.then(() => {
      throw new Error('no connection in time');
    });
    return Promise.race([connected, gaveUp]);
  }

  release(socket: Socket): void {
    this.idle.push(socket);
  }

  close(): void {
    for (const socket of this.idle.splice(0)) socket.destroy();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool(lab.upstream.echo);
  pool.release(await pool.connect(new Promise(() => {})));
  const late = await pool.connect(Promise.resolve()).then(
    () => 'connected',
    (error: Error) => error.message,
  );
  const idle = pool.idle.length;
  pool.close();
  return { idle, late };
}
