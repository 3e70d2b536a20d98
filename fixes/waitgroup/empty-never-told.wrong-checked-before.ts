/**
 * Tried: the queue is checked before the wait.
 *
 * **Still leaks because** the queue is not empty then, and becomes empty later without an event.
 */
import { EventEmitter, once } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

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
  if (queue.size === 0) return; // TRIED: nothing to wait for
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
