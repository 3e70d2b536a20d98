/** Fixed: a timeout reports the empty queue as an answer does. */
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
    this.#remove(id); // FIX: this may be the last request
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
  if (queue.size > 0) await once(queue, 'empty');
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
