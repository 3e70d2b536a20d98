/** The span over which use is measured, in ms. */
const span = 60_000;

/** The reason for which a watch has withdrawn. */
export type Reason = 'cpu' | 'memory';

/**
 * The CPU time that a watch may use, as a share of the time that passes.
 *
 * The share is that of the last one to two minutes, so that a sample may cost more while it is under way. Once it is used up, the watch rests until half of it is free.
 */
export class Budget {
  readonly #share: number;
  #from: number;
  #before = 0;
  #now = 0;
  #isResting = false;
  /** The ms that the watch has used since it began. */
  spent = 0;
  /** The number of times that the watch withdrew. */
  withdrawals = 0;
  lastReason: Reason | undefined;

  /** @param at the time now, in ms */
  constructor(share: number, at: number) {
    this.#share = share;
    this.#from = at;
  }

  spend(ms: number): void {
    this.spent += ms;
    this.#now += ms;
  }

  /** Returns the share that was used lately. */
  used(at: number): number {
    this.#roll(at);
    return (this.#before + this.#now) / (span + Math.min(at - this.#from, span));
  }

  /** Reports whether the budget is used up; then the watch does nothing but ask again. */
  isUsedUp(at: number): boolean {
    const used = this.used(at);
    if (this.#isResting) this.#isResting = used > this.#share / 2;
    else if (used > this.#share) {
      this.#isResting = true;
      this.withdraw('cpu');
    }
    return this.#isResting;
  }

  withdraw(reason: Reason): void {
    this.withdrawals += 1;
    this.lastReason = reason;
  }

  #roll(at: number): void {
    const spans = Math.floor((at - this.#from) / span);
    if (spans === 0) return;
    this.#before = spans === 1 ? this.#now : 0;
    this.#now = 0;
    this.#from += spans * span;
  }
}
