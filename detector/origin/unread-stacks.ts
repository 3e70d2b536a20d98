import { Set, WeakRef } from '../engine/intrinsics.ts';
import type { Capture } from './capture.ts';

/**
 * The stacks that may be unread, held weakly.
 *
 * An unread stack keeps alive the functions that were running, and so what the program has dropped.
 */
export class Unread {
  readonly #captures = new Set<WeakRef<Capture>>();
  #sweepAt = 1000;

  add(capture: Capture): void {
    this.#captures.add(new WeakRef(capture));
    if (this.#captures.size <= this.#sweepAt) return;
    for (const each of this.#captures) if (!each.deref()) this.#captures.delete(each);
    this.#sweepAt = Math.max(1000, this.#captures.size * 2);
  }

  /** Reads all stacks; called before a collection. */
  read(): void {
    for (const capture of this.#captures) void capture.deref()?.frames;
    this.clear();
  }

  clear(): void {
    this.#captures.clear();
    this.#sweepAt = 1000;
  }
}
