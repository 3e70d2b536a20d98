/** Fixed: each registry disconnects its observer when its export is done. */
import { PerformanceObserver } from 'node:perf_hooks';
import type { Outcome } from '../../lab/contract.ts';

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
  readonly #observer: PerformanceObserver; // FIX: stored, to be disconnected

  constructor() {
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) this.#pauses.add(duration);
    });
    observer.observe({ entryTypes: ['gc'] });
    this.#observer = observer; // FIX: for close()
  }

  // FIX: Node lets go of the observer
  close(): void {
    this.#observer.disconnect();
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
  // FIX: also when a row is refused
  try {
    for (const pages of rows) registry.add('pages_exported', pages);
    return registry.text();
  } finally {
    registry.close();
  }
}

export async function run(): Promise<Outcome> {
  return { acme: exportBooks([120, 80]), globex: exportBooks([310]) };
}
