/**
 * A stream of events can be used by callbacks or by iteration, and buffers every event that no iterator has taken.
 *
 * **What leaks** Every event of a stream that is used by callbacks.
 *
 * **Why it survives** The buffer is for an iterator that may come. A program that uses callbacks never iterates, so
 * nothing empties the buffer.
 *
 * **How it shows up** A dashboard that uses callbacks for days holds every event of those days.
 *
 * **How to fix** Buffer only once an iterator has been requested.
 *
 * **When this is not a leak** When the stream is short.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Events buffered without an iterator',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['Wave-RF/WaveHouse#389'],
  hints: [
    'Use the stream by callbacks alone. What takes events out of the buffer?',
    'Which reader is an event buffered for?',
    'Buffer only when an iterator was requested.',
  ],
  node: '>=22',
} satisfies Pattern;

type Listener = (event: string) => void;

class EventStream {
  readonly #buffer: string[] = [];
  readonly #listeners = new Set<Listener>();

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
