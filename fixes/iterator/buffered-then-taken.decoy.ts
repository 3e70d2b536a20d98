/**
 * A reader comes late and takes every buffered event.
 *
 * **Looks like a leak** Events are put into a list at module level, for an iterator that may come.
 *
 * **Is none because** The iterator does come, and takes all of them.
 */
import type { Outcome } from '../../lab/contract.ts';

class EventBuffer {
  readonly #events: string[] = [];

  push(event: string): void {
    this.#events.push(event);
  }

  *taken(): Generator<string> {
    for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) yield event;
  }
}

const buffer = new EventBuffer();

export async function run(): Promise<Outcome> {
  for (let event = 1; event <= 20; event++) buffer.push(`event ${event} `.repeat(100));
  const lengths = [...buffer.taken()].map(({ length }) => length);
  return { count: lengths.length, left: [...buffer.taken()].length };
}
