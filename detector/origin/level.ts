import { now } from '../engine/real-clock.ts';

/**
 * The levels of watching, from the cheapest to the dearest.
 *
 * - `counts`: hooks nothing; counts what the process holds before and after, by type, without a line.
 * - `light`: runs every probe, with a limited number of stacks for each scope. Beyond it, resources without a stack
 *   are reported as not judged, and so are suspended functions.
 * - `full`: takes a stack for everything that is made, including every promise.
 *
 * @example
 * ```ts
 * import { levels } from 'leaklab';
 *
 * console.log(levels.join(', ')); // counts, light, full
 * ```
 */
export const levels = ['counts', 'light', 'full'] as const;
/**
 * A level of watching, of {@link levels}.
 *
 * @example
 * ```ts
 * import { find, type Level } from 'leaklab';
 *
 * const level: Level = process.env.CI ? 'full' : 'light';
 * const { leaks } = await find(() => {}, { level });
 * console.log(leaks.length); // 0
 * ```
 */
export type Level = (typeof levels)[number];

/**
 * The stacks that one probe may take at level `light`; at level `full` there is no limit.
 *
 * Each new scope brings a number of them, and each ms a few more: so a scope around a whole run has lines to the end.
 */
export class StackAllowance {
  isUnlimited = false;
  readonly #perScope: number;
  readonly #perMs: number;
  #left = 0;
  #most = 0;
  #earnedUntil = 0;

  /** @param perMs stacks earned in each ms; a stack costs some 10 µs, so 0.2 is 0.2% of the time */
  constructor(perScope: number, perMs = 0) {
    this.#perScope = perScope;
    this.#perMs = perMs;
  }

  /**
   * Adds the stacks of a new scope.
   *
   * @param scopes the number of scopes that are open
   */
  refill(scopes: number): void {
    this.#most = this.#perScope * scopes;
    this.#left = Math.min(this.#left + this.#perScope, this.#most);
    this.#earnedUntil = now();
  }

  /** Takes one stack from the allowance, and reports whether one was left. */
  take(): boolean {
    if (this.isUnlimited) return true;
    if (this.#left === 0 && this.#perMs > 0) this.#earn();
    if (this.#left === 0) return false;
    this.#left -= 1;
    return true;
  }

  #earn(): void {
    const earned = Math.floor((now() - this.#earnedUntil) * this.#perMs);
    this.#left = Math.min(this.#most, earned);
    // a part of a stack is kept: a busy program asks many times before it has earned one
    this.#earnedUntil += earned / this.#perMs;
  }
}
