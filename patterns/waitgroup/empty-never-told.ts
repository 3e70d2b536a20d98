/**
 * Before it closes, a client waits until its last request is answered, and that request times out.
 *
 * **What leaks** The close, and every caller that awaits it.
 *
 * **Why it survives** The queue emits `empty` when an answer removes the last
 * request. A timeout removes it too and emits nothing; after that no event can come.
 *
 * **How it shows up** A shutdown hangs whenever the broker was slow at the end.
 *
 * **How to fix** Emit the event on every path that can empty the queue.
 *
 * **When this is not a leak** When the wait has a deadline.
 */
import { EventEmitter, once } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Timeout empties the queue without an event',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['tulios/kafkajs@99d7e7a'],
  hints: [
    'What reports that the queue is empty?',
    'There are two ways out of the queue.',
    'Call the same function in the path of the timeout.',
  ],
  node: '>=22',
} satisfies Pattern;

class RequestQueue extends EventEmitter {
  readonly #inFlight = new Set<number>();

  send(id: number): void {
    this.#inFlight.add(id);
  }

  answered(id: number): void {
    this.#remove(id);
  }

  timedOut(id: number): void {
    this.#inFlight.delete(id);
  }

  #remove(id: number): void {
    this.#inFlight.delete(id);
    if (this.#inFlight.size === 0) this.emit('empty');
  }

  get size(): number {
    return this.#inFlight.size;
  }
}

async function close(queue: RequestQueue): Promise<void> {
  if (queue.size > 0) await once(queue, 'empty'); // LEAK: await
}

export async function run(): Promise<Outcome> {
  const steady = new RequestQueue();
  steady.send(1);
  const closing = close(steady);
  steady.answered(1);
  await closing;

  const slow = new RequestQueue();
  slow.send(2);
  void close(slow);
  slow.timedOut(2);
  return { left: [steady.size, slow.size] };
}
