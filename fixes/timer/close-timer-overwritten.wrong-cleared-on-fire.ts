/**
 * Tried: the timer clears the field when it fires.
 *
 * **Still leaks because** the timer fires only after half a minute, and until then it is still set.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

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

  // TRIED: leaves no timer behind
  #giveUp(): void {
    this.#timer = undefined;
    this.emit('close');
  }

  terminate(): void {
    // TRIED: cleans up after itself
    this.#timer = setTimeout(() => this.#giveUp(), grace); // LEAK: timer
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
