import { collectGarbage } from './collect.ts';
import type { Check } from './await-roots.ts';
import { countResources, moreOf, type Counts } from './counts.ts';
import type { NotJudged, Report } from './finding.ts';
import { builtInRules, ruleFor, type IgnoreRule } from './ignore.ts';
import type { Level } from './level.ts';
import { currentOwner, isWithin, nextSerial, runAs, type Owner } from './owner.ts';
import type { Birth, Leftover } from './probe.ts';
import { formatReport } from './report-text.ts';
import { reportOf } from './report.ts';
import { rootsOf } from './roots.ts';
import { checkOptions, type ScopeOptions } from './scope-options.ts';
import { nextTurn, settle } from './settle.ts';
import { Capture } from './stack.ts';
import { Watch, type Suspect } from './watch.ts';

/** The window between a snapshot and its check. */
export interface Scope extends AsyncDisposable {
  /** Runs `work` so that what it makes, also after its awaits, is this scope's and no other's. */
  run<Result>(work: () => Result): Result;
  /** What is there now counts as older than the scope when listeners are judged; done once by {@link snapshot}. */
  mark(): void;
  /** What is there now is no leak of this scope: it begins anew. goleak's IgnoreCurrent. */
  ignoreCurrent(): void;
  /** Waits for what is about to end, collects garbage, and says what is left. */
  find(): Promise<Report>;
  /** What is there at this very moment; for the end of a process, where nothing can be waited for. */
  findNow(): Report;
  /** @throws {@link LeakError} if something is left */
  verifyNone(): Promise<void>;
  /** Ends the scope without a check; with the last scope, every hook and patch is gone. */
  dispose(): void;
}

/** Thrown by {@link Scope.verifyNone}; its message is the report as text. */
export class LeakError extends Error {
  readonly report: Report;

  constructor(report: Report, options?: ErrorOptions) {
    super(formatReport(report), options);
    this.name = 'LeakError';
    this.report = report;
  }
}

const watch = new Watch();
const openScopes = new Set<Owner>();
/** Since when each of them watches. */
const beginnings = new Map<Owner, number>();
const checks = new Set<Check>();
const checkDepth = 64;
/** So often a check waits for something whose stack is not known. */
const mostDoubts = 4;

/**
 * Begins a scope: from now on the probes are at work, until the scope is disposed of.
 *
 * A scope that is begun in the context of another one belongs to it: what it leaves, the outer one reports as
 * well, under the inner one's name.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function snapshot(options: ScopeOptions = {}): Scope {
  checkOptions(options);
  return options.level === 'counts' ? new CountingScope(options) : new WatchingScope(options);
}

/** What both kinds of scope share: hooks around the check, its wait, and its end. */
abstract class ActiveScope implements Scope {
  protected readonly owner: Owner;
  readonly #options: ScopeOptions;
  #isOpen = true;

  constructor(options: ScopeOptions) {
    const parent = currentOwner();
    this.owner = { name: options.name ?? 'scope', ...(parent && { parent }) };
    this.#options = options;
    openScopes.add(this.owner);
  }

  abstract mark(): void;
  abstract ignoreCurrent(): void;
  abstract findNow(): Report;
  protected abstract isQuiet(): boolean;
  /** What comes between the end of the budget and the report. */
  protected abstract beSure(): Promise<void>;
  protected abstract end(): void;

  run<Result>(work: () => Result): Result {
    return runAs(this.owner, work);
  }

  async find(): Promise<Report> {
    const check = { capture: new Capture(checkDepth), serial: nextSerial() };
    checks.add(check);
    try {
      await this.#options.beforeCheck?.();
      const isQuiet = await settle(() => this.isQuiet(), { ms: this.#options.budget ?? 1000 });
      if (!isQuiet) await this.beSure();
      const report = this.findNow();
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

class WatchingScope extends ActiveScope {
  readonly #rules: readonly IgnoreRule[];
  readonly #level: Exclude<Level, 'counts'>;
  readonly #isWholeRun: boolean;
  #since = nextSerial();
  #mark = this.#since;
  #doubts = 0;

  constructor(options: ScopeOptions) {
    super(options);
    const { level = 'light', ignore = [], wholeRun = false } = options;
    this.#rules = [...builtInRules, ...ignore];
    this.#level = level === 'full' ? 'full' : 'light';
    this.#isWholeRun = wholeRun;
    beginnings.set(this.owner, this.#since);
    watch.use(this.#level);
    watch.mark(this.#mark);
  }

  mark(): void {
    this.#mark = nextSerial();
    watch.mark(this.#mark);
  }

  ignoreCurrent(): void {
    this.mark();
    this.#since = this.#mark;
  }

  protected isQuiet(): boolean {
    const { roots, suspects } = this.#left();
    if (suspects.length > 0 && this.#doubts < mostDoubts) {
      // what makes itself anew, a loop of immediates say, has a stack next time
      this.#doubts += 1;
      watch.allow();
      return false;
    }
    return !watch.isBusy && roots.every((root) => ruleFor(root, this.#rules));
  }

  protected async beSure(): Promise<void> {
    this.#doubts = 0;
    watch.allow();
    watch.letGo();
    // a collected promise may have been the last to hold another
    for (let round = 0; round < 2; round += 1) {
      await nextTurn();
      collectGarbage();
    }
    await nextTurn();
  }

  findNow(): Report {
    const { roots, suspects } = this.#left();
    const left = roots.filter(({ weak }) => !weak || weak.deref() !== undefined);
    const ownName = openScopes.size > 1 ? 'shared' : this.owner.name;
    return reportOf(left, this.#rules, ({ owner }) => owner?.name ?? ownName, {
      notJudged: this.#notJudged(suspects),
      failedProbes: watch.failures,
    });
  }

  protected end(): void {
    beginnings.delete(this.owner);
    watch.release(this.#level);
  }

  #left(): { readonly roots: readonly Leftover[]; readonly suspects: readonly Suspect[] } {
    // also what is not this scope's: something of its own may be a mere consequence of it
    const oldest = Math.min(...beginnings.values());
    const gathered = watch.gather({ includes: ({ serial }) => serial > oldest, mark: this.#mark });
    const includes = (birth: Birth): boolean => this.#includes(birth);
    const roots = rootsOf(gathered, (target) => watch.listeners.listeningTo(target), checks).filter(includes);
    return {
      // what it waits for is not known when some waits were not watched
      roots: this.#hasSeenAwaits() ? roots : roots.filter(({ kind }) => kind !== 'await'),
      suspects: gathered.suspects.filter(includes),
    };
  }

  #notJudged(suspects: readonly Suspect[]): NotJudged[] {
    const why = "more was made than level 'light' takes stacks of";
    const types = Map.groupBy(suspects, ({ type }) => type);
    const unseen = this.#hasSeenAwaits() ? [] : [{ type: 'async function', why }];
    return [...[...types].map(([type, { length }]) => ({ type, count: length, why })), ...unseen];
  }

  #hasSeenAwaits(): boolean {
    return watch.awaitsMissedAt <= this.#since;
  }

  #includes({ serial, owner }: Birth): boolean {
    if (serial <= this.#since) return false;
    return this.#isWholeRun || owner === undefined || isWithin(owner, this.owner);
  }
}

/** Level `counts`: hooks nothing, and knows neither lines nor owners. */
class CountingScope extends ActiveScope {
  #before: Counts = countResources();

  mark(): void {
    // it judges no listeners
  }

  ignoreCurrent(): void {
    this.#before = countResources();
  }

  protected isQuiet(): boolean {
    return moreOf(countResources(), this.#before, this.owner.name).length === 0;
  }

  protected async beSure(): Promise<void> {
    // the count says all that it can say
  }

  findNow(): Report {
    const owner = openScopes.size > 1 ? 'shared' : this.owner.name;
    return {
      version: 1,
      leaks: moreOf(countResources(), this.#before, owner),
      ignored: [],
      notJudged: [],
      failedProbes: [],
    };
  }

  protected end(): void {
    // nothing was begun
  }
}
