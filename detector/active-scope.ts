import { now } from './clock.ts';
import type { Check } from './await-roots.ts';
import type { Report } from './finding.ts';
import { LeakError } from './leak-error.ts';
import { currentOwner, nextSerial, runAs, type Owner } from './owner.ts';
import { checkOptions, type CheckOptions, type ScopeOptions } from './scope-options.ts';
import { settle } from './settle.ts';
import { Capture } from './stack.ts';

/** The window between a snapshot and its check. */
export interface Scope extends AsyncDisposable {
  /** Runs `work` so that what it makes, also after its awaits, is this scope's and no other's. */
  run<Result>(work: () => Result): Result;
  /** What is there now counts as older than the scope when listeners are judged; done once by {@link snapshot}. */
  mark(): void;
  /**
   * More work begins: the probes may take as many stacks again as for a scope that begins. For a scope around
   * many tests.
   */
  refill(): void;
  /** What is there now is no leak of this scope: it begins anew. goleak's IgnoreCurrent. */
  ignoreCurrent(): void;
  /**
   * Changes what a check is told; what is not given stays as it is. The level may be raised from `light` to
   * `full`, and lowered again.
   *
   * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
   */
  configure(options: CheckOptions): void;
  /** Waits for what is about to end, collects garbage, and says what is left. */
  find(): Promise<Report>;
  /** What is there at this very moment; for the end of a process, where nothing can be waited for. */
  findNow(): Report;
  /** @throws {@link LeakError} if something is left */
  verifyNone(): Promise<void>;
  /** Ends the scope without a check; with the last scope, every hook and patch is gone. */
  dispose(): void;
}

/** The scopes that are open, and the checks under way. */
export const openScopes = new Set<Owner>();
export const checks = new Set<Check>();
const checkDepth = 64;

/** What both kinds of scope share: hooks around the check, its wait, and its end. */
export abstract class ActiveScope implements Scope {
  protected readonly owner: Owner;
  #options: ScopeOptions;
  #isOpen = true;

  constructor(options: ScopeOptions) {
    const parent = currentOwner();
    this.owner = { name: options.name ?? 'scope', ...(parent && { parent }) };
    this.#options = options;
    openScopes.add(this.owner);
  }

  configure(options: CheckOptions): void {
    const changed = { ...this.#options, ...options };
    checkOptions(changed);
    const isCounting = (level = 'light'): boolean => level === 'counts';
    if (isCounting(changed.level) !== isCounting(this.#options.level)) {
      throw new TypeError("level 'counts' can't be left or taken up when a scope has begun");
    }
    this.#options = changed;
    this.changed(changed);
  }

  abstract mark(): void;
  abstract refill(): void;
  abstract ignoreCurrent(): void;
  abstract findNow(): Report;
  /** The same, at the end of a check. */
  protected abstract findSettled(since: number): Report;
  /** @param since when the check began, by {@link now} */
  protected abstract isQuiet(since: number): boolean;
  /** What comes between the end of the budget and the report. */
  protected abstract beSure(): Promise<void>;
  protected abstract end(): void;
  /** What it is to do has been changed. */
  protected abstract changed(options: ScopeOptions): void;

  run<Result>(work: () => Result): Result {
    return runAs(this.owner, work);
  }

  async find(): Promise<Report> {
    const check = { capture: new Capture(checkDepth), serial: nextSerial() };
    checks.add(check);
    try {
      await this.#options.beforeCheck?.();
      const since = now();
      const isQuiet = await settle(() => this.isQuiet(since), { ms: this.#options.budget ?? 1000 });
      if (!isQuiet) await this.beSure();
      const report = this.findSettled(since);
      await this.#options.afterCheck?.(report);
      return report;
    } finally {
      checks.delete(check);
    }
  }

  async verifyNone(): Promise<void> {
    const report = await this.find();
    if (report.leaks.length > 0) throw new LeakError(report);
  }

  dispose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    openScopes.delete(this.owner);
    this.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.verifyNone();
    } finally {
      this.dispose();
    }
  }
}
