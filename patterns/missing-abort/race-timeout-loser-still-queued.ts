/**
 * A query waits for a connection in a race with a timeout, and its request stays queued after it has lost.
 *
 * **What leaks** One open connection for each query that has given up waiting:
 * the pool hands it to the request, and no caller is left to release it.
 *
 * **Why it survives** `Promise.race` decides which promise the caller gets and stops none of the
 * others. The timer is cleared properly, but the pool is never told that this request has lost.
 *
 * **How it shows up** After a burst of long reports all connections are in use for the pool and
 * idle for the database. Then every query times out, and a shutdown leaves connections open.
 *
 * **How to fix** Withdraw the request from the queue when the race
 * is lost. A connection that arrives all the same must be released.
 *
 * **When this is not a leak** When the loser is never
 * given anything that it must release, and ends by itself.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Timed-out pool request still in the queue',
  stage: 'integration',
  grows: ['sockets'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['knex/knex#1694', 'knex/knex#1394'],
  hints: [
    'The query was refused in time. Is it still waiting for something?',
    'Both racers are started here, and the finally cleans up after one of them.',
    'Call `withdraw()` in the finally, so that the pool serves the next request.',
  ],
  node: '>=22',
} satisfies Pattern;

interface PoolRequest {
  readonly connection: Promise<Socket>;
  /** Takes the request out of the queue; does nothing if it has been served. */
  withdraw(): void;
}

class ConnectionPool {
  readonly #free: Socket[] = [];
  #queue: ((connection: Socket) => void)[] = [];

  async open(port: number, size: number): Promise<void> {
    while (this.#free.length < size) {
      const connection = connect(port, '127.0.0.1'); // LEAK: socket
      await once(connection, 'connect');
      // A user of the connection handles its errors; an idle one needs no handling.
      connection.on('error', () => {});
      this.#free.push(connection);
    }
  }

  request(): PoolRequest {
    const { promise, resolve } = Promise.withResolvers<Socket>();
    const free = this.#free.shift();
    if (free) resolve(free);
    else this.#queue.push(resolve);
    return {
      connection: promise,
      withdraw: () => {
        this.#queue = this.#queue.filter((waiting) => waiting !== resolve);
      },
    };
  }

  release(connection: Socket): void {
    const next = this.#queue.shift();
    if (next) next(connection);
    else this.#free.push(connection);
  }

  /** Closes all connections that are not in use. */
  async close(): Promise<void> {
    for (const connection of this.#free.splice(0)) await once(connection.destroy(), 'close');
  }
}

async function acquire(pool: ConnectionPool, limitMs: number): Promise<Socket> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no connection in ${limitMs} ms`)), limitMs);
  const request = pool.request();
  try {
    return await Promise.race([request.connection, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function query(pool: ConnectionPool, statement: string, limitMs: number): Promise<string> {
  const connection = await acquire(pool, limitMs);
  try {
    connection.write(statement);
    const [reply] = await once(connection, 'data');
    return String(reply);
  } finally {
    pool.release(connection);
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const pool = new ConnectionPool();
  await pool.open(lab.upstream.echo, 2);

  const reports = [await acquire(pool, 30_000), await acquire(pool, 30_000)];
  const refused = await query(pool, 'order 4711', 5).catch((reason: unknown) => String(reason));
  for (const connection of reports) pool.release(connection);

  const order = await query(pool, 'order 4711', 30_000);
  await pool.close();
  return { refused, order };
}
