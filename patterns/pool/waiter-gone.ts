/**
 * A pool makes a connection for a waiter, and finds that the waiter was cancelled meanwhile.
 *
 * **What leaks** The connection that was made for the cancelled waiter.
 *
 * **Why it survives** The pool takes the next waiter from the queue, sees that it is cancelled and returns. The new
 * socket goes neither to a waiter nor to the idle list.
 *
 * **How it shows up** Under load, when many requests are cancelled, the pool counts fewer connections than the
 * database does.
 *
 * **How to fix** Put a connection without a waiter on the idle list.
 *
 * **When this is not a leak** When cancelling removes the waiter from the queue and stops the connection attempt.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Connection of a cancelled waiter dropped',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['mongodb/node-mongodb-native#2563'],
  hints: [
    'The waiter was cancelled. Where does the new socket go?',
    'Look at the early return: what is in scope there?',
    'Push the socket to the idle list before returning.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Waiter {
  readonly resolve: (socket: Socket) => void;
  readonly signal: AbortSignal;
}

class Pool {
  readonly #port: number;
  readonly #waiting: Waiter[] = [];
  readonly #idle: Socket[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  checkOut(signal: AbortSignal): Promise<Socket> {
    return new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('cancelled')), { once: true });
      this.#waiting.push({ resolve, signal });
    });
  }

  async addConnection(): Promise<void> {
    const socket = connect(this.#port, '127.0.0.1'); // LEAK: socket
    await once(socket, 'connect');
    const waiter = this.#waiting.shift();
    if (waiter?.signal.aborted) return;
    if (waiter) waiter.resolve(socket);
    else this.checkIn(socket);
  }

  checkIn(socket: Socket): void {
    this.#idle.push(socket);
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.destroy();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new Pool(lab.upstream.echo);
  const patient = pool.checkOut(new AbortController().signal);
  const cancel = new AbortController();
  const cancelled = pool.checkOut(cancel.signal).then(
    () => 'connected',
    (error: Error) => error.message,
  );
  await pool.addConnection();
  pool.checkIn(await patient);
  cancel.abort();
  await pool.addConnection();
  pool.close();
  return { cancelled: await cancelled };
}
