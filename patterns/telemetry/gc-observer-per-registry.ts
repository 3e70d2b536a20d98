/**
 * A service makes a registry of metrics for each tenant's export, and each registry observes the garbage collection.
 *
 * **What leaks** The performance observer of every export, with the window of pauses that it fills.
 *
 * **Why it survives** Node keeps an observer from `observe()` until `disconnect()`, and calls it for each collection.
 * The registry never stores its observer, so nothing can disconnect it.
 *
 * **How it shows up** Memory grows with each export, and each collection calls one more observer: the event loop gets
 * slower by the hour.
 *
 * **How to fix** Store the observer in the registry, and disconnect it when the export is done.
 *
 * **When this is not a leak** When the process has one registry, and keeps it until it ends.
 */
import { PerformanceObserver } from 'node:perf_hooks';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Performance observer never disconnected',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['siimon/prom-client#500'],
  hints: [
    'The registry is dropped after the export. What still gets told of collections?',
    'Who keeps an observer on which `observe()` was called?',
    'Call `disconnect()` when the registry is no longer needed.',
  ],
  node: '>=22',
} satisfies Pattern;

/** The last pauses of the garbage collector. */
class PauseWindow {
  readonly #pauses = new Float64Array(2048);
  #count = 0;

  add(ms: number): void {
    this.#pauses[this.#count++ % this.#pauses.length] = ms;
  }

  get size(): number {
    return this.#pauses.length;
  }
}

class Registry {
  readonly #counters = new Map<string, number>();
  readonly #pauses = new PauseWindow();

  constructor() {
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#pauses.add(duration);
    });
    observer.observe({ entryTypes: ['gc'] }); // LEAK: listener x2
  }

  add(name: string, amount: number): void {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + amount);
  }

  text(): string {
    const lines = [...this.#counters].map(([name, amount]) => `${name} ${amount}`);
    return [...lines, `gc_pause_window ${this.#pauses.size}`].join('\n');
  }
}

function exportBooks(rows: readonly number[]): string {
  const registry = new Registry();
  for (const pages of rows) registry.add('pages_exported', pages);
  return registry.text();
}

export async function run(): Promise<Outcome> {
  return { acme: exportBooks([120, 80]), globex: exportBooks([310]) };
}
