import { now } from './clock.ts';

/**
 * What watching may cost.
 *
 * - `counts`: nothing is hooked; what the process holds is counted before and after, by type, without a line.
 * - `light`: every probe is at work, with so many stacks for each scope; when they are used up, what has none
 *   is told as suspected, and suspended functions are not judged.
 * - `full`: a stack for everything that is made, every promise included.
 */
export const levels = ['counts', 'light', 'full'] as const;
/** One of the levels of watching. */
export type Level = (typeof levels)[number];

/** How often, in refused requests, the clock is asked whether time has earned new stacks. */
const askedEvery = 64;

/**
 * How many stacks one probe may take at level `light`: a number for each scope that begins, and a few more
 * for each ms that passes, so that a scope around a whole run has lines to the end. At level `full`, all.
 */
export class StackAllowance {
  isUnlimited = false;
  /** How often one was refused. */
  refusals = 0;
  readonly #perScope: number;
  readonly #perMs: number;
  #left = 0;
  #most = 0;
  #earnedUntil = 0;

  /** A stack costs some 10 µs: `perMs` 0.2 is 0.2% of the time. */
  constructor(perScope: number, perMs = 0) {
    this.#perScope = perScope;
    this.#perMs = perMs;
  }

  /** A scope begins, as one of so many. */
  refill(scopes: number): void {
    this.#most = this.#perScope * scopes;
    this.#left = Math.min(this.#left + this.#perScope, this.#most);
    this.#earnedUntil = now();
  }

  /** Whether a stack may be taken now; if so, it counts as taken. */
  take(): boolean {
    if (this.isUnlimited) return true;
    if (this.#left > 0) {
      this.#left -= 1;
      return true;
    }
    this.refusals += 1;
    if (this.#perMs > 0 && this.refusals % askedEvery === 0) this.#earn();
    return false;
  }

  #earn(): void {
    const time = now();
    this.#left = Math.min(this.#most, Math.floor((time - this.#earnedUntil) * this.#perMs));
    this.#earnedUntil = time;
  }
}
