/** Fixed: events are buffered only once an iterator was requested. */
import type { Outcome } from '../../lab/contract.ts';

type Listener = (event: string) => void;

class EventStream {
  readonly #buffer: string[] = [];
  readonly #listeners = new Set<Listener>();
  #isIterated = false; // FIX: set when an iterator is requested

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: string): void {
    for (const listener of this.#listeners) listener(event);
    if (this.#isIterated) this.#buffer.push(event); // FIX: only for an iterator that takes events
  }

  *[Symbol.iterator](): Generator<string> {
    this.#isIterated = true; // FIX: buffers from now on
    for (let event = this.#buffer.shift(); event !== undefined; event = this.#buffer.shift()) yield event;
  }
}

/** The stream of a dashboard that is open all day. */
const stream = new EventStream();
let events = 0;

export async function run(): Promise<Outcome> {
  const lengths: number[] = [];
  const off = stream.onEvent((event) => lengths.push(event.length));
  for (let event = 0; event < 20; event++) stream.emit(`${++events}`.padStart(1000, 'x').split('').join(''));
  off();
  return { lengths };
}
