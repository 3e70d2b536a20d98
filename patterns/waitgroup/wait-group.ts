/**
 * Counts work that is under way and lets others wait until none is left.
 *
 * @example
 * ```ts
 * const group = new WaitGroup();
 * group.add();
 * upload(file, () => group.done());
 * await group.wait();
 * ```
 */
export class WaitGroup {
  #count = 0;
  readonly #waiters: (() => void)[] = [];

  /**
   * Announces more work, or takes some back if `delta` is negative.
   *
   * @throws RangeError if the count would fall below zero
   */
  add(delta = 1): void {
    const count = this.#count + delta;
    if (count < 0) throw new RangeError(`negative WaitGroup counter: ${count}`);
    this.#count = count;
    if (count === 0) for (const resume of this.#waiters.splice(0)) resume();
  }

  /** Ends one piece of work; the last one wakes every waiter. */
  done(): void {
    this.add(-1);
  }

  /** Resolves when no work is under way, at once if none was. */
  wait(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiters.push(resolve);
    return promise;
  }
}
