/**
 * Tried: the late connection's error is caught.
 *
 * **Still leaks because** a late connection is not an error, it is a connection.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    connected.catch(() => socket.destroy()); // TRIED: a failed socket is destroyed
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
