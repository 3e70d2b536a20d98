/**
 * A gauge of the heap's spaces is set every second, under an array of tags.
 *
 * **What leaks** An entry, with its history of values, each time the gauge is set.
 *
 * **Why it survives** A `Map` compares arrays by identity. Each call makes a new array with the same tags, and each
 * array is a new key.
 *
 * **How it shows up** The heap of a process that measures its heap grows steadily.
 *
 * **How to fix** Join the tags to a string key.
 *
 * **When this is not a leak** When the same array object is used each time.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Gauge keyed by a new array',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['DataDog/dd-trace-js#5476'],
  hints: [
    'Set the same gauge twice. How many entries are there?',
    'Two arrays with the same content are two keys.',
    'Join the tags to a string.',
  ],
  node: '>=22',
} satisfies Pattern;

interface History {
  readonly values: Float64Array;
  next: number;
}

class Gauges {
  readonly #histories = new Map<readonly string[], History>();

  set(tags: readonly string[], value: number): void {
    const history = this.#histories.get(tags) ?? { values: new Float64Array(512), next: 0 };
    this.#histories.set(tags, history); // LEAK: memory x8
    history.values[history.next++ % history.values.length] = value;
  }
}

const gauges = new Gauges();

function measure(): number {
  const spaces = ['new', 'old', 'code', 'large'];
  for (const [index, space] of spaces.entries()) gauges.set(['runtime', `space:${space}`], index * 1024);
  return spaces.length;
}

export async function run(): Promise<Outcome> {
  return { measured: measure() + measure() };
}
