import { now } from '../engine/real-clock.ts';
import type { Observer } from './active-scope.ts';
import type { NotJudged, Report } from '../finding.ts';
import { builtInRules, ruleFor } from '../report/rule-match.ts';
import type { Look } from './shared-look.ts';
import { isWithin, nextSerial, type Owner } from '../origin/owner.ts';
import type { Birth, Leftover } from '../probes/probe.ts';
import { longestInTransit } from '../probes/handles/in-transit.ts';
import { registry } from './registry.ts';
import { reportOf, type RuleSet } from '../report/report.ts';
import { nextTurn, settle } from '../engine/settle.ts';
import type { ScopeOptions } from './options.ts';
import type { Suspect, Watching } from '../probes/probe-set.ts';

const { beginnings, looks, watch } = registry;
/** The number of times that a check allows more stacks while it waits, for things without one. */
const mostDoubts = 4;
const nothing: Look = { roots: [], suspects: [] };

/** The observer of levels `light` and `full`: asks the probes. */
export class WatchingObserver implements Observer {
  readonly #owner: Owner;
  #rules: RuleSet;
  #watching: Watching;
  readonly #isWholeRun: boolean;
  #since = nextSerial();
  #mark = this.#since;
  /** The serial at which the window was closed. */
  #until = Infinity;
  #doubts = 0;
  /** True once this check has seen a leftover: the look that all scopes share then costs less than a look alone. */
  #isSuspicious = false;
  #collectedAt = 0;
  /** True once this check has collected before its pauses were over. */
  #hasCollectedEarly = false;

  constructor(owner: Owner, options: ScopeOptions) {
    this.#owner = owner;
    this.#rules = rulesOf(options);
    this.#watching = watchingOf(options);
    this.#isWholeRun = options.wholeRun ?? false;
    beginnings.set(owner, this.#since);
    watch.use(this.#watching);
    watch.mark(this.#mark);
  }

  mark(): void {
    this.#mark = nextSerial();
    watch.mark(this.#mark);
  }

  refill(): void {
    watch.allow();
  }

  restart(): void {
    this.mark();
    this.#since = this.#mark;
  }

  configure(options: ScopeOptions): void {
    this.#rules = rulesOf(options);
    const before = this.#watching;
    const after = watchingOf(options);
    if (after.level === before.level && after.without.symmetricDifference(before.without).size === 0) return;
    this.#watching = after;
    watch.use(after);
    watch.release(before);
  }

  glance(): Report | 'suspected' | 'unclear' {
    if (watch.isBusy) return 'suspected';
    const { left, suspects } = looks.unsorted((birth) => this.#includes(birth), this.#watching.without);
    if (suspects.length > 0) return 'unclear';
    if (left.some((each) => this.#judges(each))) return 'suspected';
    // a pool that is closed later may still wait for what it lent
    const owes = !this.#watching.without.has('handles') && watch.hasLent((birth) => this.#includes(birth));
    return owes ? 'suspected' : this.#reportOf(nothing);
  }

  close(budget: number): void {
    this.#until = nextSerial();
    this.#isSuspicious = true;
    watch.close(this.#watching, this.#owner, (birth) => this.#includes(birth), budget);
  }

  isQuiet(since: number, isAccepted?: (found: Report) => boolean): boolean {
    // read before the look, because an opening under way may end during it
    const { isBusy } = watch;
    if (!isBusy && this.#isNothingLeft()) return true;
    this.#isSuspicious = true;
    const { roots, suspects } = this.#ofOurs(this.#lately(since));
    if (suspects.length > 0) {
      // a resource that is made again and again, such as a loop of immediates, may have a stack next time
      if (this.#doubts < mostDoubts) watch.allow();
      this.#doubts += 1;
      return false;
    }
    if (isBusy) return false;
    if (roots.every((root) => this.#tolerates(root))) return true;
    return isAccepted?.(this.#reportOf({ roots, suspects })) ?? false;
  }

  collectEarly(since: number): Promise<void> | undefined {
    if (this.#hasCollectedEarly || watch.isBusy) return undefined;
    const { roots, suspects } = this.#ofOurs(this.#lately(since));
    if (suspects.length > 0 || !roots.every((root) => root.weak || this.#tolerates(root))) return undefined;
    this.#hasCollectedEarly = true;
    return looks.collectOnce();
  }

  async beSure(): Promise<void> {
    this.#doubts = 0;
    watch.allow();
    // a file that is being opened is neither open nor closed, for long on a busy machine
    if (watch.isBusy) await settle(() => !watch.isBusy, { ms: longestInTransit });
    await looks.collect();
    // a fast loop has used up the stacks by now; what it makes in one more turn has stacks
    watch.allow();
    await nextTurn();
    this.#collectedAt = now();
  }

  report(since?: number): Report {
    if (this.#isNothingLeft()) return this.#reportOf(nothing);
    if (since === undefined) return this.#reportOf(looks.now(this.#watching.without));
    this.#isSuspicious = false;
    this.#hasCollectedEarly = false;
    return this.#reportOf(this.#lately(Math.max(since, this.#collectedAt)));
  }

  #tolerates(root: Leftover): boolean {
    return ruleFor(root, [...this.#rules.own, ...this.#rules.builtIn]) !== undefined;
  }

  #isNothingLeft(): boolean {
    return !this.#isSuspicious && looks.isNothingSince(this.#since, this.#watching.without);
  }

  #lately(since: number): Look {
    return looks.lately(since, this.#watching.without);
  }

  #reportOf(look: Look): Report {
    const { roots, suspects } = this.#ofOurs(look);
    const left = roots.filter(({ weak }) => !weak || weak.deref() !== undefined);
    const ownName = registry.nameOfUnowned(this.#owner);
    return reportOf(watch.holders.adopt(left), this.#rules, ({ owner }) => owner?.name ?? ownName, {
      notJudged: this.#notJudged(suspects),
      failedProbes: watch.failuresSince(this.#since),
    });
  }

  stop(): void {
    beginnings.delete(this.#owner);
    looks.clear();
    watch.release(this.#watching);
  }

  #ofOurs({ roots, suspects }: Look): Look {
    const includes = (birth: Birth): boolean => this.#includes(birth);
    return {
      roots: roots.filter((root) => includes(root) && this.#judges(root)),
      suspects: suspects.filter(includes),
    };
  }

  #judges({ kind, serial, targetBorn, wasThere }: Leftover): boolean {
    // the cause of a wait is unknown if some waits were not watched
    if (kind === 'await') return this.#hasSeenAwaits();
    if (targetBorn === undefined) return true;
    return targetBorn < this.#mark && serial >= this.#mark && wasThere?.(this.#mark) !== true;
  }

  #notJudged(suspects: readonly Suspect[]): NotJudged[] {
    const why = "level 'light' took no more stacks; use level 'full' to judge it";
    const types = Map.groupBy(suspects, ({ type }) => type);
    const isJudged = this.#watching.without.has('awaits') || this.#hasSeenAwaits();
    const unseen = isJudged ? [] : [{ type: 'async function', why }];
    return [...[...types].map(([type, { length }]) => ({ type, count: length, why })), ...unseen];
  }

  #hasSeenAwaits(): boolean {
    return watch.awaitsMissedAt <= this.#since || watch.awaitsMissedAt > this.#until;
  }

  #includes({ serial, owner }: Birth): boolean {
    if (serial <= this.#since) return false;
    if (owner === undefined) return serial < this.#until;
    return this.#isWholeRun || isWithin(owner, this.#owner);
  }
}

function rulesOf({ ignore = [], policy }: ScopeOptions): RuleSet {
  return { builtIn: builtInRules, own: [...ignore, ...(policy?.rules ?? [])] };
}

function watchingOf({ level, without = [] }: ScopeOptions): Watching {
  const names = new Set(without);
  // without them, every descriptor, database and folder would look unseen
  const seeing = ['descriptors', 'databases', 'directories'] as const;
  if (seeing.some((name) => names.has(name))) names.add('unseen files');
  return { level: level === 'full' ? 'full' : 'light', without: names };
}
