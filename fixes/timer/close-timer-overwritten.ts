/** Fixed: the first timer is kept. */
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

  terminate(): void {
    // FIX: the first timer counts
    this.#timer ??= setTimeout(() => this.emit('close'), grace);
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
