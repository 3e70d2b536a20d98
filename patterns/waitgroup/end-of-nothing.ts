/**
 * A client is disconnected while it waits to reconnect, and only
 * a connection, which it does not have, would emit its `end`.
 *
 * **What leaks** The caller who awaits the end.
 *
 * **Why it survives** `end` is emitted when the socket closes. Between two attempts there is
 * no socket; `disconnect` cancels the next attempt, and nothing is left that could emit `end`.
 *
 * **How it shows up** A shutdown in the middle of an outage hangs, and works at any other time.
 *
 * **How to fix** Emit `end` at once when there is no socket.
 *
 * **When this is not a leak** When the wait has a deadline.
 */
import { EventEmitter, once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: "Wait for a disconnected client's end",
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['redis/ioredis#2169'],
  hints: [
    'In which state is the client when it is told to disconnect?',
    'What emits `end`, and on which event?',
    'Emit it in `disconnect` if there is no socket.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    queueMicrotask(() => this.#socket?.emit('close'));
  }
}

async function shutDown(client: Client): Promise<string> {
  client.disconnect();
  await once(client, 'end'); // LEAK: await
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
