/**
 * A pool gives up on a connection that takes too long, and the connection is made a moment later.
 *
 * **What leaks** Each connection that was late.
 *
 * **Why it survives** The race rejects for the caller, and the connecting goes on. When it succeeds, nobody takes
 * the socket: it is neither in the pool nor ended.
 *
 * **How it shows up** After an hour of a slow database there are more connections than the pool may have, and the
 * database refuses new ones.
 *
 * **How to fix** When the connection is late, end it.
 *
 * **When this is not a leak** When giving up destroys the socket, connected or not.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection that comes up after its caller has given up',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['brianc/node-postgres#3543'],
  hints: [
    'The caller has its error. What becomes of the connection that is on its way?',
    'A race tells its losers nothing.',
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

  /** @param late settles when the caller's patience is at its end */
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
