/**
 * A connection gets half a minute to close politely, and it is terminated twice.
 *
 * **What leaks** The timer of the first call.
 *
 * **Why it survives** Each call sets a timer and stores it in the same field. When the
 * connection closes, the timer in the field is cleared; no field holds the first one any more.
 *
 * **How it shows up** A server that is closed while it drops a client exits half a minute late.
 *
 * **How to fix** Keep the timer that is already set.
 *
 * **When this is not a leak** When a connection is never terminated twice.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Close timer overwritten by a second close',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['websockets/ws#342'],
  hints: [
    'Terminate twice, then close. How many timers were set, and how many cleared?',
    'A field can hold only one timer.',
    'Use `??=`.',
  ],
  node: '>=22',
} satisfies Pattern;

const grace = 30_000;

class Connection extends EventEmitter {
  #timer: NodeJS.Timeout | undefined;
  isOpen = true;

  constructor() {
    super();
    this.once('close', () => {
      this.isOpen = false;
      clearTimeout(this.#timer);
    });
  }

  terminate(): void {
    this.#timer = setTimeout(() => this.emit('close'), grace); // LEAK: timer
  }
}

class Server {
  readonly #connections = new Set<Connection>();

  accept(): Connection {
    const connection = new Connection();
    this.#connections.add(connection);
    return connection;
  }

  close(): void {
    for (const connection of this.#connections) connection.terminate();
  }
}

export async function run(): Promise<Outcome> {
  const server = new Server();
  const polite = server.accept();
  const dropped = server.accept();
  dropped.terminate();
  server.close();
  for (const connection of [polite, dropped]) connection.emit('close');
  return { open: [polite.isOpen, dropped.isOpen] };
}
