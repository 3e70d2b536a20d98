/**
 * Tried: all callbacks are cleared when one unsubscribes.
 *
 * **Still leaks because** the buffer keeps the events, not the callbacks.
 */
import type { Outcome } from '../../lab/contract.ts';

type Listener = (event: string) => void;

class EventStream {
  readonly #buffer: string[] = [];
  readonly #listeners = new Set<Listener>();

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.clear(); // TRIED: no callback stays
  }

  emit(event: string): void {
    for (const listener of this.#listeners) listener(event);
    this.#buffer.push(event); // LEAK: memory x20
  }

  *[Symbol.iterator](): Generator<string> {
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
