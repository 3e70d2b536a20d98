/** Fixed: where there is no socket, `end` is emitted at once. */
import { EventEmitter, once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

class Client extends EventEmitter {
  #socket: EventEmitter | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isWanted = true;

  connect(): void {
    this.#socket = new EventEmitter();
    this.#socket.once('close', () => {
      this.#socket = undefined;
      if (this.#isWanted) this.#retry = setTimeout(() => this.connect(), 5000);
      else this.emit('end');
    });
  }

  /** Drops the connection, as a network failure would. */
  lose(): void {
    this.#socket?.emit('close');
  }

  disconnect(): void {
    this.#isWanted = false;
    clearTimeout(this.#retry);
    // FIX: between two attempts there is no socket
    queueMicrotask(() => (this.#socket ? this.#socket.emit('close') : this.emit('end')));
  }
}

async function shutDown(client: Client): Promise<string> {
  client.disconnect();
  await once(client, 'end');
  return 'ended';
}

export async function run(): Promise<Outcome> {
  const steady = new Client();
  steady.connect();
  const ended = await shutDown(steady);
  const unlucky = new Client();
  unlucky.connect();
  unlucky.lose();
  void shutDown(unlucky);
  return { ended };
}
