import { collectGarbage } from './collect.ts';
import type { Finding, Report } from './finding.ts';
import { folded } from './fold.ts';
import { builtInRules, ruleFor, type IgnoreRule } from './ignore.ts';
import { nextSerial, runAs, type Owner } from './owner.ts';
import type { Birth, Leftover, Window } from './probe.ts';
import { formatReport } from './report-text.ts';
import { rootsOf, type Check } from './roots.ts';
import { nextTurn, settle } from './settle.ts';
import { Capture, siteOf } from './stack.ts';
import { Watch } from './watch.ts';

/** What a scope can be told; all of it may be left out. */
export interface ScopeOptions {
  /** Who is named as the owner in findings; default `scope`. */
  readonly name?: string;
  /** How long what is about to end may take, in ms; default 1000. See {@link settle}. */
  readonly budget?: number;
  /** What is tolerated, beside the built-in rules. */
  readonly ignore?: readonly IgnoreRule[];
}

/** The window between a snapshot and its check. */
export interface Scope extends AsyncDisposable {
  /** Runs `work` so that what it makes, also after its awaits, is this scope's and no other's. */
  run<Result>(work: () => Result): Result;
  /** What is there now counts as older than the scope when listeners are judged; done once by {@link snapshot}. */
  mark(): void;
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

  constructor(report: Report) {
    super(formatReport(report));
    this.name = 'LeakError';
    this.report = report;
  }
}

const watch = new Watch();
const openScopes = new Set<Owner>();
const checks = new Set<Check>();
const checkDepth = 64;

/**
 * Begins a scope: from now on the probes are at work, until the scope is disposed of.
 *
 * @throws TypeError if the budget is not a number from 0 up
 */
export function snapshot(options: ScopeOptions = {}): Scope {
  const { name = 'scope', budget = 1000, ignore = [] } = options;
  if (!Number.isFinite(budget) || budget < 0) {
    throw new TypeError(`expected \`budget\` to be a number of ms from 0 up, got ${String(budget)}`);
  }
  return new ActiveScope({ name }, budget, [...builtInRules, ...ignore]);
}

class ActiveScope implements Scope {
  readonly #owner: Owner;
  readonly #budget: number;
  readonly #rules: readonly IgnoreRule[];
  readonly #since = nextSerial();
  #mark = this.#since;
  #isOpen = true;

  constructor(owner: Owner, budget: number, rules: readonly IgnoreRule[]) {
    this.#owner = owner;
    this.#budget = budget;
    this.#rules = rules;
    watch.use();
    openScopes.add(owner);
  }

  run<Result>(work: () => Result): Result {
    return runAs(this.#owner, work);
  }

  mark(): void {
    this.#mark = nextSerial();
  }

  async find(): Promise<Report> {
    const check = { capture: new Capture(checkDepth), serial: nextSerial() };
    checks.add(check);
    try {
      return await this.#check();
    } finally {
      checks.delete(check);
    }
  }

  async #check(): Promise<Report> {
    const isQuiet = await settle(
      () => !watch.isBusy && this.#roots().every((root) => ruleFor(root, this.#rules)),
      {
        ms: this.#budget,
      },
    );
    if (isQuiet) return this.findNow();
    watch.letGo();
    // a collected promise may have been the last to hold another
    for (let round = 0; round < 2; round += 1) {
      await nextTurn();
      collectGarbage();
    }
    await nextTurn();
    return this.findNow();
  }

  findNow(): Report {
    return this.#report(this.#roots().filter(({ weak }) => !weak || weak.deref() !== undefined));
  }

  async verifyNone(): Promise<void> {
    const report = await this.find();
    if (report.leaks.length > 0) throw new LeakError(report);
  }

  dispose(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    openScopes.delete(this.#owner);
    watch.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.verifyNone();
    } finally {
      this.dispose();
    }
  }

  #roots(): Leftover[] {
    const window: Window = { includes: (birth) => this.#includes(birth), mark: this.#mark };
    return rootsOf(watch.gather(window), (target) => watch.listeners.listeningTo(target), checks);
  }

  #includes({ serial, owner }: Birth): boolean {
    return serial > this.#since && (owner === undefined || owner === this.#owner);
  }

  #report(roots: readonly Leftover[]): Report {
    const leaks: Leftover[] = [];
    const ignored = new Map<string, Leftover[]>();
    for (const root of roots) {
      const rule = ruleFor(root, this.#rules);
      if (rule) ignored.set(rule.reason, [...(ignored.get(rule.reason) ?? []), root]);
      else leaks.push(root);
    }
    return {
      version: 1,
      leaks: grouped(folded(watch.holders.adopt(leaks)), this.#ownerName()),
      ignored: [...ignored].flatMap(([reason, roots]) =>
        grouped(roots, this.#ownerName()).map((each) => ({ ...each, reason })),
      ),
      failedProbes: watch.failures,
    };
  }

  #ownerName(): (leftover: Leftover) => string {
    return ({ owner }) => owner?.name ?? (openScopes.size > 1 ? 'shared' : this.#owner.name);
  }
}

/** The same kind and type, from the same line, known in the same way, is one finding. */
function grouped(leftovers: readonly Leftover[], ownerOf: (leftover: Leftover) => string): Finding[] {
  const groups = Map.groupBy(leftovers, (each) => {
    const { site } = each.capture;
    return [each.kind, each.type, each.evidence, ownerOf(each), site?.file, site?.line, site?.function].join(
      '\n',
    );
  });
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { site } = first.capture;
    return {
      kind: first.kind,
      type: first.type,
      count: group.length,
      ...(site && { site: siteOf(site) }),
      related: (first.related ?? []).flatMap((capture) => (capture.site ? [siteOf(capture.site)] : [])),
      stack: first.capture.story.map((frame) => frame.text),
      owner: ownerOf(first),
      evidence: first.evidence,
      ...(first.detail !== undefined && { detail: first.detail }),
    };
  });
}
