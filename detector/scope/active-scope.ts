import { now } from '../engine/real-clock.ts';
import type { Report } from '../finding.ts';
import { LeakError } from '../report/leak-error.ts';
import { nextSerial, runAs, type Owner } from '../origin/owner.ts';
import { registry } from './registry.ts';
import { checkOptions, type CheckOptions, type ScopeOptions } from './options.ts';
import { settle } from '../engine/settle.ts';
import { Capture } from '../origin/capture.ts';

/**
 * The window between a {@link snapshot} and its check.
 *
 * Declared by `await using`, it verifies that nothing leaked and disposes of itself at the end of the block. Node 22
 * has no `await using`: call {@link Scope.verifyNone} and {@link Scope.dispose} there.
 *
 * @example
 * ```ts
 * import { snapshot } from 'leaklab';
 *
 * await using scope = snapshot({ name: 'import of orders' });
 * await scope.run(async () => {
 *   const timer = setInterval(() => {}, 1000);
 *   clearInterval(timer);
 * });
 * await scope.verifyNone();
 * console.log('nothing leaked so far');
 * ```
 */
export interface Scope extends AsyncDisposable {
  /** Runs `work` and returns its result; the scope owns what `work` makes, also after an `await`. */
  run<Result>(work: () => Result): Result;
  /** Waits up to the budget for resources that are about to end, collects garbage, and reports what leaked. */
  find(): Promise<Report>;
  /**
   * Checks as {@link Scope.find} does, and throws if something leaked.
   *
   * @throws {@link LeakError} with the report
   */
  verifyNone(): Promise<void>;
  /**
   * Changes options of later checks; an option that isn't given keeps its value. The level may change between
   * `light` and `full`.
   *
   * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
   */
  configure(options: CheckOptions): void;
  /** Ends the scope without a check; when the last scope ends, every hook and patch is removed. */
  dispose(): void;
}

/** A way to see what leaked; a level leaves out the optional steps that it has no use for. */
export interface Observer {
  /**
   * Reports whether nothing has leaked.
   *
   * @param since when the check began, by {@link now}
   * @param isAccepted reports whether all that was found is accepted
   */
  isQuiet(since: number, isAccepted?: (found: Report) => boolean): boolean;
  /**
   * Reports what has leaked.
   *
   * @param since when the check began, by {@link now}; absent outside of a check
   */
  report(since?: number): Report;
  /** Begins a new window: everything that exists now is older than it. */
  restart(): void;
  /** Treats everything that exists now as older when listeners are judged. */
  mark?(): void;
  /** Allows the probes as many stacks again as for a new scope. */
  refill?(): void;
  /** Takes over options that were changed. */
  configure?(options: ScopeOptions): void;
  /** Looks once, without a wait; a report is of a scope that left nothing, `unclear` is one with too few stacks. */
  glance?(): Report | 'suspected' | 'unclear';
  /** Closes the window of a scope that is judged later. */
  close?(budget: number): void;
  /** Collects during the wait, once a check, what may be garbage already; undefined where that decides nothing. */
  collectEarly?(since: number): Promise<void> | undefined;
  /** Removes doubts after the wait, before the report. */
  beSure?(): Promise<void>;
  /** Ends what the observer began. */
  stop?(): void;
}

const checkDepth = 64;

/**
 * The owner of a check's own waits. Their stacks are not taken: a hundred checks at once would use up the stacks of the
 * program's promises, and its suspended functions could not be judged.
 */
export const checking: Owner = { name: 'leaklab', isRunner: true };
const usualBudget = 1000;

/** A scope that is open: the check around an {@link Observer}, its hooks, its wait and its end. */
export class ActiveScope implements Scope {
  readonly #owner: Owner;
  readonly #observer: Observer;
  #options: ScopeOptions;
  #isOpen = true;

  constructor(owner: Owner, observer: Observer, options: ScopeOptions) {
    this.#owner = owner;
    this.#observer = observer;
    this.#options = options;
    registry.scopes.add(owner);
  }

  configure(options: CheckOptions): void {
    const changed = { ...this.#options, ...options };
    checkOptions(changed);
    const isCounting = (level = 'light'): boolean => level === 'counts';
    if (isCounting(changed.level) !== isCounting(this.#options.level)) {
      throw new TypeError("level 'counts' can't be switched on or off after a scope has begun");
    }
    this.#options = changed;
    this.#observer.configure?.(changed);
  }

  run<Result>(work: () => Result): Result {
    return runAs(this.#owner, work);
  }

  /** Treats everything that exists now as older when listeners are judged; {@link snapshot} does so once. */
  mark(): void {
    this.#observer.mark?.();
  }

  /** Allows the probes as many stacks again as for a new scope, for the next part of a long scope. */
  refill(): void {
    this.#observer.refill?.();
  }

  /** Begins the scope anew: nothing that exists now is its leak. The idea is goleak's IgnoreCurrent. */
  ignoreCurrent(): void {
    this.#observer.restart();
  }

  /** Reports leaks without a wait, for example at the exit of a process. */
  findNow(): Report {
    return this.#observer.report();
  }

  /** Looks once, without a wait: returns the report of a scope that left nothing, or why there is none. */
  glance(): Report | 'suspected' | 'unclear' {
    return this.#observer.glance?.() ?? 'unclear';
  }

  /**
   * Closes the window, for a check that comes later: what has no owner and is made from now on is not its own, and
   * timers are judged by the time they have left now.
   */
  close(): void {
    this.#observer.close?.(this.#options.budget ?? usualBudget);
  }

  /**
   * @param isAccepted reports whether all that was found is accepted, so that nothing is waited for
   * @param isKnown reports whether all that was found is known to leak, so that garbage is collected without a wait
   */
  async find(isAccepted?: (found: Report) => boolean, isKnown?: (found: Report) => boolean): Promise<Report> {
    const check = { capture: new Capture(checkDepth), serial: nextSerial() };
    registry.checks.add(check);
    try {
      await this.#options.beforeCheck?.();
      const since = now();
      const ms = this.#options.budget ?? usualBudget;
      await runAs(checking, async () => {
        let isOnlyKnown = false;
        const endsWait = (found: Report): boolean => {
          const isQuiet = isAccepted?.(found) ?? false;
          isOnlyKnown = !isQuiet && isKnown?.(found) === true;
          return isQuiet || isOnlyKnown;
        };
        const needsReport = isAccepted ?? isKnown;
        const isQuiet = await settle(
          () => this.#observer.isQuiet(since, needsReport && endsWait),
          { ms },
          () => this.#observer.collectEarly?.(since),
        );
        if (!isQuiet || isOnlyKnown) await this.#observer.beSure?.();
      });
      const report = this.#observer.report(since);
      await this.#options.afterCheck?.(report);
      return report;
    } finally {
      registry.checks.delete(check);
    }
  }

  async verifyNone(): Promise<void> {
    const report = await this.find();
    if (report.leaks.length > 0) throw new LeakError(report);
  }

  dispose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    registry.scopes.delete(this.#owner);
    this.#observer.stop?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.verifyNone();
    } finally {
      this.dispose();
    }
  }
}
