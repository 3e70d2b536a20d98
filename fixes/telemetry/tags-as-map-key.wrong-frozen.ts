/**
 * Tried: the array is frozen, so that the key cannot change.
 *
 * **Still leaks because** each call still makes a new array.
 */
import type { Outcome } from '../../lab/contract.ts';

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
  for (const [index, space] of spaces.entries())
    gauges.set(Object.freeze(['runtime', `space:${space}`]), index * 1024); // TRIED: a frozen key
  return spaces.length;
}

export async function run(): Promise<Outcome> {
  return { measured: measure() + measure() };
}
