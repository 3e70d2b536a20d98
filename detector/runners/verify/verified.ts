import type { Report } from '../../finding.ts';
import { enterAs, runAs, type Owner } from '../../origin/owner.ts';
import { checking } from '../../scope/active-scope.ts';
import type { Judge, Verdict } from './judge.ts';
import { AlreadyReported } from './already-reported.ts';
import { Suspects, type Suspect } from './suspects.ts';
import { nameOf, type Verification, type VerificationIdentity } from './verification.ts';
import { checkVerificationOptions, merged, type VerificationOptions } from './verification-options.ts';

/** The identity of a test; its file is given where it may differ from the one that answers for it. */
export type TestIdentity = Omit<VerificationIdentity, 'unit' | 'file'> &
  Partial<Pick<VerificationIdentity, 'file'>>;

/** A file of tests. With `"per": "test"` it answers for what is no test's: leaks of hooks and of module code. */
export class VerifiedFile {
  readonly path: string;
  readonly judge: Judge;
  readonly suspects: Suspects;
  reported = new AlreadyReported();
  /** The tests that have begun and not ended. */
  readonly open = new Set<VerifiedTest>();
  readonly #isOfRun: boolean;
  #options: VerificationOptions;
  #answering: Verification;
  #isOver = false;

  constructor(judge: Judge, path: string, options: VerificationOptions, run: Verification | undefined) {
    this.judge = judge;
    this.suspects = new Suspects(judge);
    this.path = path;
    this.#options = options;
    this.#isOfRun = run !== undefined;
    this.#answering = run ?? this.#begin(options);
  }

  #begin(options: VerificationOptions): Verification {
    return this.judge.begin({ unit: 'file', file: this.path, name: [] }, options);
  }

  /** Returns what answers for hooks, and for tests that aren't verified one by one: the file, or the run. */
  get answering(): Verification {
    return this.#answering;
  }

  get options(): VerificationOptions {
    return this.#options;
  }

  /** Returns the name that findings give as their owner. */
  get name(): string {
    return nameOf({ unit: 'file', file: this.path, name: [] });
  }

  get per(): 'test' | 'file' | 'run' {
    return this.#isOfRun ? 'run' : (this.#options.per ?? 'test');
  }

  /** Reports whether the file was checked or abandoned. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /**
   * Changes the options of the file and of all its tests that begin later.
   *
   * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
   */
  configure(options: VerificationOptions): void {
    checkVerificationOptions(options);
    const changed = merged(this.#options, options);
    if (changed.level === 'counts' && changed.per === 'file') {
      throw new TypeError(
        "level 'counts' is for `per: 'test'`: a file can't be run again to see what was counted",
      );
    }
    if (this.#isOfRun || isCounted(changed) === isCounted(this.#options)) {
      this.#answering.configure(options);
      this.#options = changed;
      return;
    }
    // a scope counts, or knows lines, from its beginning; no test has run yet
    const begun = this.#begin(changed);
    this.#answering.dispose();
    this.#answering = begun;
    this.#options = changed;
  }

  /**
   * Ignores what its modules made while they loaded: a module loads once. Without effect where the run is verified.
   */
  loaded(): void {
    if (!this.#isOfRun) this.answering.ignoreCurrent();
  }

  /** Runs hooks and tests so that the file owns what they make outside of any test. */
  run<Result>(work: () => Result): Result {
    return runAs(this.#around(), work);
  }

  /** Makes the file own what the calling async function makes from here on outside of any test. */
  enter(): void {
    enterAs(this.#around());
  }

  #around(): Owner {
    const { owner } = this.answering;
    return { name: owner.name, parent: owner, isRunner: true };
  }

  /** Begins a test. */
  test(identity: TestIdentity, isAgain = false): VerifiedTest {
    return new VerifiedTest(this, { unit: 'test', file: this.path, ...identity }, isAgain);
  }

  /** Ends the file without a check, because its tests did not run. */
  abandon(): void {
    this.#isOver = true;
    this.suspects.abandon();
    if (!this.#isOfRun) this.answering.dispose();
  }

  /**
   * Ends the file, for runners that clean up after all files: it is checked now if it left nothing, else later, and
   * what begins meanwhile is not its own.
   *
   * @returns whether the file is checked later
   */
  async close(): Promise<boolean> {
    this.#isOver = true;
    if (this.#isOfRun) return false;
    const { answering, judge } = this;
    const seen = this.suspects.size === 0 ? answering.glance(await judge.rules()) : 'suspected';
    if (typeof seen === 'string') {
      answering.close();
      return true;
    }
    judge.end(answering, seen, (all) => judge.verdictOn(answering, all));
    return false;
  }

  /**
   * Ends the file as {@link check} does, where later files of this process may close what it left: what leaks fails
   * until a later call, when another file has ended, finds that it is gone.
   *
   * @param ofFile fails the file itself
   * @returns whether something leaks
   */
  async review(ofFile: Pick<Suspect, 'fail' | 'forgive'>): Promise<boolean> {
    const { answering, judge } = this;
    const isFirst = !this.#isOver;
    if (isFirst && !(await this.close())) return false;
    const last = {
      ...ofFile,
      verification: answering,
      rule: (all: Report) => judge.verdictOn(answering, owned(this.reported.unreported(all), answering)),
    };
    const { reported } = this;
    // what was reported of leaks that may still be closed is found anew
    this.reported = reported.copy();
    await runAs(checking, () => this.suspects.review(isFirst ? last : undefined));
    this.reported = reported;
    return this.suspects.areLeaking;
  }

  /**
   * Ends the file and judges its suspected tests; returns no verdict on the file where the whole run is verified.
   *
   * All of them settle at the same time, so that they share one wait and one collection.
   */
  async check(): Promise<Verdict | undefined> {
    this.#isOver = true;
    if (this.#isOfRun) return undefined;
    const { answering, judge } = this;
    // a count takes the runner's timers for the file's, and a file can't run again
    const isOnlyCounted = isCounted(this.#options);
    if (isOnlyCounted) answering.dispose();
    const [found] = await runAs(checking, () =>
      Promise.all([isOnlyCounted ? undefined : judge.find(answering), this.suspects.settle()]),
    );
    if (!found) return undefined;
    return judge.end(answering, found, (all) =>
      judge.verdictOn(answering, owned(this.reported.unreported(all), answering)),
    );
  }
}

function isCounted({ level }: VerificationOptions): boolean {
  return level === 'counts';
}

/** The outcome of a test's own run, as its runner knows it. */
export interface HowItRan {
  /** The runner can run the test again. */
  readonly canRepeat?: boolean;
  /** The test failed by itself. */
  readonly hasFailed?: boolean;
  /** The verdict on the first run, if this was the second. */
  readonly first?: Verdict;
  /** The verdict on an earlier attempt that leaked, which no later attempt forgives. */
  readonly left?: Verdict;
  /** Fails the test when its file ends; without it, the test is judged at its own end. */
  readonly failLater?: Suspect['fail'];
  /** Takes that failure back. */
  readonly forgive?: () => void;
}

/** A test; where files or the run are verified it has no verification, but what it makes bears its name. */
export class VerifiedTest {
  readonly #file: VerifiedFile;
  readonly #reported = new AlreadyReported();
  /** The test within which it began. */
  readonly #parent: VerifiedTest | undefined;
  readonly #verification: Verification | undefined;
  readonly #owner: Owner | undefined;
  readonly #isAgain: boolean;
  /** True once its verdict has been put off. */
  isSuspected = false;
  /** True while no other test is open beside this one, except those within which it began. */
  #isAlone = true;

  constructor(file: VerifiedFile, identity: VerificationIdentity, isAgain: boolean) {
    this.#file = file;
    this.#isAgain = isAgain;
    if (file.per !== 'test') {
      this.#owner = { name: nameOf(identity), parent: file.answering.owner };
      file.answering.refill();
      return;
    }
    const { judge, open } = file;
    const options = isAgain ? { ...file.options, level: 'full' as const } : file.options;
    const around = judge.current();
    this.#parent = around && [...open].find((each) => each.#verification === around);
    const begin = (): Verification => judge.begin(identity, options);
    // in the context of the test around it, or in the file's, whatever the caller's is
    this.#verification = this.#parent ? begin() : file.run(begin);
    const beside = [...open].filter((each) => !this.#isWithin(each));
    for (const each of [...beside, ...(beside.length > 0 ? [this] : [])]) each.#isAlone = false;
    open.add(this);
  }

  #isWithin(test: VerifiedTest): boolean {
    return this === test || (this.#parent !== undefined && this.#parent.#isWithin(test));
  }

  /** Runs hooks or the test itself so that the test owns what they make. */
  run<Result>(work: () => Result): Result {
    if (this.#verification) return this.#verification.run(work);
    return this.#owner ? runAs(this.#owner, work) : work();
  }

  /** Makes the test own what the calling async function makes from here on, where its runner can't call {@link run}. */
  enter(): void {
    enterAs(this.#verification?.owner ?? this.#owner);
  }

  /** Ends the test, and returns no verdict where it is not verified by itself, or is judged when its file ends. */
  async check(how: HowItRan = {}): Promise<Verdict | undefined> {
    const verification = this.#verification;
    if (!verification) return undefined;
    try {
      return await runAs(checking, () => this.#check(verification, how));
    } finally {
      this.#file.open.delete(this);
    }
  }

  async #check(verification: Verification, how: HowItRan): Promise<Verdict | undefined> {
    const { judge, suspects } = this.#file;
    const rule = (found: Report): Verdict => this.#judge(verification, found, how);
    const seen = this.#canWait(verification, how) ? verification.glance(await judge.rules()) : 'unclear';
    if (seen === 'suspected') {
      verification.close();
      const late = { ...how, canRepeat: false };
      suspects.add({
        verification,
        rule: (found) => this.#judge(verification, found, late),
        fail: (leak, report) => how.failLater?.(leak, report),
        forgive: () => how.forgive?.(),
      });
      this.isSuspected = true;
      return undefined;
    }
    if (seen !== 'unclear') return judge.end(verification, seen, rule);
    // the tests within it have been judged by then
    await suspects.settle(verification.owner);
    return judge.settle(verification, rule);
  }

  /** Reports whether the test may be judged when its file ends. */
  #canWait({ options, expected }: Verification, { failLater }: HowItRan): boolean {
    const { verdict, level, beforeCheck, afterCheck } = options;
    const isStrict = verdict === 'test' || level === 'counts' || this.#isAgain;
    return failLater !== undefined && !isStrict && expected.length === 0 && !beforeCheck && !afterCheck;
  }

  #judge(verification: Verification, report: Report, how: HowItRan): Verdict {
    const { canRepeat = false, hasFailed = false, first, left } = how;
    const all = this.#reported.unreported(report);
    const found = this.#isAlone ? all : withoutShared(all);
    this.#noteReported(found);
    const wantsRerun = canRepeat && !this.#isAgain && !hasFailed && isUnclear(verification, found);
    // if the second run failed by itself, the first one's verdict counts
    const known = left ?? (first && hasFailed ? first : undefined);
    const own = this.#isAlone ? owned(found, verification) : found;
    return { ...(known ?? this.#file.judge.verdictOn(verification, own)), wantsRerun };
  }

  /** Keeps the file, and the tests around this one, from reporting the same leaks. */
  #noteReported(report: Report): void {
    this.#file.reported.add(report);
    for (let around = this.#parent; around; around = around.#parent) around.#reported.add(report);
  }
}

/** Leaves to the file what any of several open tests may have made. */
function withoutShared(report: Report): Report {
  return {
    ...report,
    leaks: report.leaks.filter(({ owner }) => owner !== 'shared'),
    ignored: report.ignored.filter(({ owner }) => owner !== 'shared'),
  };
}

/** Gives to a test what appeared without an owner while no other test was open. */
function owned(report: Report, { owner: { name } }: Verification): Report {
  const own = <Found extends { readonly owner: string }>(finding: Found): Found =>
    finding.owner === 'shared' ? { ...finding, owner: name } : finding;
  return { ...report, leaks: report.leaks.map(own), ignored: report.ignored.map(own) };
}

/** Reports whether level `full` would know more of a test. */
function isUnclear({ options: { level, rerun } }: Verification, { leaks, notJudged }: Report): boolean {
  if (rerun === false) return false;
  if (level === 'counts') return leaks.length > 0;
  return level !== 'full' && notJudged.some(({ count }) => count);
}
