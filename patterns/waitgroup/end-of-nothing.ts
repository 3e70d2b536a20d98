/**
 * A client is told to disconnect while it waits to connect again, and its `end` comes from the connection that it
 * has not.
 *
 * **What leaks** The one who awaits the end.
 *
 * **Why it survives** `end` is told when the socket closes. Between two tries there is no socket; the plan to try
 * again is dropped, and nothing is left that could tell.
 *
 * **How it shows up** A shutdown in the middle of an outage hangs, and works at any other time.
 *
 * **How to fix** Tell the end at once where there is no socket.
 *
 * **When this is not a leak** When the wait has a deadline.
 */
import { EventEmitter, once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Wait for the end of a client that has no connection',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['redis/ioredis#2169'],
  hints: [
    'In which state is the client when it is told to disconnect?',
    'Who emits `end`, and from what?',
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

  /** As the network does. */
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
