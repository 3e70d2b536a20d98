/** Fixed: a connection without a waiter goes to the idle list. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Lab, Outcome } from '../../lab/contract.ts';

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
    const socket = connect(this.#port, '127.0.0.1');
    await once(socket, 'connect');
    const waiter = this.#waiting.shift();
    if (waiter?.signal.aborted) return this.checkIn(socket); // FIX: the pool keeps the socket
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
