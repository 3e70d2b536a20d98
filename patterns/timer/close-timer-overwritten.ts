/**
 * A connection that is to be terminated gets half a minute to say goodbye, and it is terminated twice.
 *
 * **What leaks** The timer of the first call.
 *
 * **Why it survives** Each call sets a timer and stores it in the same field. When the connection is closed, the
 * field's timer is cleared, and the other one is in no field.
 *
 * **How it shows up** A server that is closed while it drops a client exits half a minute late.
 *
 * **How to fix** Keep the timer that is there.
 *
 * **When this is not a leak** When nobody terminates twice.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Timer of a close that was replaced by the timer of a second close',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['websockets/ws#342'],
  hints: [
    'Terminate twice, then close. How many timers were set, and how many cleared?',
    'One field can hold one timer.',
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
