import { loadBaseline, withBaseline, type Baseline } from '../baseline.ts';
import { loadPolicy } from '../policy.ts';
import type { IgnoreRule } from '../rule.ts';
import { runAs } from '../owner.ts';
import type { Report } from '../finding.ts';
import type { ExpectedLeak } from './expected-leak.ts';
import { readSettings, type Settings } from './settings.ts';
import type { Runner } from './test-report.ts';
import { Told } from './told.ts';
import { currentUnit, nameOf, Unit, type UnitIdentity, type Verdict } from './unit.ts';
import { checkUnitOptions, merged, optionsOf, type UnitOptions } from './unit-options.ts';
import { writeTestReport } from './write-test-report.ts';

/** What a runner knows of a test; its file where it may be another than the one that answers for it. */
export type TestIdentity = Omit<UnitIdentity, 'unit' | 'file'> & Partial<Pick<UnitIdentity, 'file'>>;

/** What came of the check of a test. */
export interface TestVerdict extends Verdict {
  /** Too little is known: the runner, if it can, is to run the test again, with `isAgain`. */
  readonly wantsRerun: boolean;
}

/** What a runner knows when a test is over. */
export interface HowItRan {
  /** Whether it can run the test again. */
  readonly canRepeat?: boolean;
  /** The test has failed by itself. */
  readonly hasFailed?: boolean;
  /** What came of the first run, if this was the second. */
  readonly first?: Verdict;
}

/**
 * All that one runner verifies in this process: its settings, and the tests that are open.
 *
 * A runner tells it of each file ({@link Session.file}) and of each test ({@link VerifiedFile.test}).
 */
export class Session {
  readonly runner: Runner;
  readonly settings: Settings;
  /** The file whose tests are being declared or run: that of a {@link configure} outside of a test. */
  current: VerifiedFile | undefined;
  readonly open = new Set<VerifiedTest>();
  #rules: Promise<readonly IgnoreRule[]> | undefined;
  #run: Unit | undefined;

  readonly #baseline: Baseline | undefined;

  /**
   * @throws {@link SettingsError} if leaklab.json can't be used
   * @throws {@link BaselineError} if its baseline can't
   */
  constructor(runner: Runner, settings: Settings = readSettings()) {
    this.runner = runner;
    this.settings = settings;
    if (settings.baseline !== undefined) this.#baseline = loadBaseline(settings.baseline);
  }

  /**
   * The rules of the project's policy; to be waited for before the first test, so that what is wrong in it is
   * told at once.
   *
   * @throws {@link PolicyError} with everything that is wrong in it
   */
  rules(): Promise<readonly IgnoreRule[]> {
    this.#rules ??= this.#load();
    return this.#rules;
  }

  async #load(): Promise<readonly IgnoreRule[]> {
    const { policy } = this.settings;
    return policy === undefined ? [] : (await loadPolicy(policy)).rules;
  }

  /** With the leaks of the project's baseline among what is tolerated. */
  accepted(report: Report): Report {
    return this.#baseline ? withBaseline(report, this.#baseline) : report;
  }

  /** Begins a file; it is the {@link Session.current} one from now on. Per run, the first one begins the run. */
  file(path: string): VerifiedFile {
    const { per } = this.settings;
    if (per === 'run') this.#run ??= new Unit({ unit: 'run', file: path, name: [] }, this.options);
    this.current = new VerifiedFile(this, path, this.#run);
    return this.current;
  }

  get options(): UnitOptions {
    return optionsOf(this.settings);
  }

  /** Checks the run, where that is what is verified. */
  async checkRun(): Promise<Verdict | undefined> {
    const run = this.#run;
    this.#run = undefined;
    return run && this.verdictOf(run, (report) => report);
  }

  /**
   * Checks a unit and writes its line.
   *
   * @param select what of the report is this unit's
   */
  async verdictOf(unit: Unit, select: (report: Report) => Report): Promise<Verdict> {
    try {
      const verdict = this.judge(unit, select(await unit.find(await this.rules())));
      this.write(unit.identity, verdict.report);
      return verdict;
    } finally {
      unit.dispose();
    }
  }

  judge(unit: Unit, found: Report): Verdict {
    return unit.judge(found, (report) => this.accepted(report));
  }

  write({ unit, file, name, line, attempt }: UnitIdentity, report: Report): void {
    writeTestReport({
      version: 1,
      runner: this.runner,
      node: process.version,
      unit,
      file,
      name,
      ...(line !== undefined && { line }),
      ...(attempt !== undefined && { attempt }),
      report,
    });
  }
}

/** A file of tests. Per test, it answers for what its tests do not: what hooks, and nobody, have left. */
export class VerifiedFile {
  readonly path: string;
  readonly session: Session;
  /** Who answers for hooks, and for a test that has no unit of its own: the file, or the run. */
  readonly answering: Unit;
  readonly #told = new Told();
  readonly #isOfRun: boolean;
  #options: UnitOptions;

  constructor(session: Session, path: string, run: Unit | undefined) {
    this.session = session;
    this.path = path;
    this.#options = session.options;
    this.#isOfRun = run !== undefined;
    this.answering = run ?? new Unit({ unit: 'file', file: path, name: [] }, this.#options);
  }

  get options(): UnitOptions {
    return this.#options;
  }

  get per(): 'test' | 'file' | 'run' {
    return this.#isOfRun ? 'run' : (this.#options.per ?? 'test');
  }

  /** For all its tests that begin from now on, and for the file. */
  configure(options: UnitOptions): void {
    checkUnitOptions(options);
    this.answering.configure(options);
    this.#options = merged(this.#options, options);
  }

  /**
   * What is there now, when its modules are loaded and no hook has run, is nobody's leak: a module is loaded once.
   * Who verifies the file as a whole wants to know.
   */
  loaded(): void {
    if (this.per === 'test') this.answering.ignoreCurrent();
  }

  /** Runs hooks and tests so that what they make is the file's, if no test's. */
  run<Result>(work: () => Result): Result {
    const { owner } = this.answering;
    return runAs({ name: owner.name, parent: owner, isRunner: true }, work);
  }

  /** Begins a test. */
  test(identity: TestIdentity, isAgain = false): VerifiedTest {
    return new VerifiedTest(this, { unit: 'test', file: this.path, ...identity }, isAgain);
  }

  /** A test has been told of these. */
  tell(report: Report): void {
    this.#told.add(report);
  }

  /** Ends the file without a check: its tests were not run. */
  abandon(): void {
    if (!this.#isOfRun) this.answering.dispose();
    if (this.session.current === this) this.session.current = undefined;
  }

  /** Ends the file; per run there is nothing to say yet. */
  async check(): Promise<Verdict | undefined> {
    if (this.session.current === this) this.session.current = undefined;
    if (this.#isOfRun) return undefined;
    // a count takes the runner's own timers for the file's, and a file is not run again
    if (this.#options.level === 'counts') {
      this.answering.dispose();
      return undefined;
    }
    return this.session.verdictOf(this.answering, (report) => this.#told.restOf(report));
  }
}

/** A test; where files or the run are verified it has no scope, but what it makes bears its name. */
export class VerifiedTest {
  readonly #file: VerifiedFile;
  readonly #told = new Told();
  /** The test within which it began. */
  readonly #parent: VerifiedTest | undefined;
  readonly #unit: Unit | undefined;
  readonly #runAs: (<Result>(work: () => Result) => Result) | undefined;
  readonly #isAgain: boolean;
  /** Whether no test was open meanwhile but those it began in. */
  #isAlone = true;

  constructor(file: VerifiedFile, identity: UnitIdentity, isAgain: boolean) {
    this.#file = file;
    this.#isAgain = isAgain;
    if (file.per !== 'test') {
      const owner = { name: nameOf(identity), parent: file.answering.owner };
      this.#runAs = (work) => runAs(owner, work);
      file.answering.refill();
      return;
    }
    const { session } = file;
    const options = isAgain ? { ...file.options, level: 'full' as const } : file.options;
    const around = currentUnit();
    this.#parent = around && [...session.open].find((each) => each.#unit === around);
    const begin = (): Unit => new Unit(identity, options);
    // whoever calls: within a test in its context, else in the file's
    this.#unit = this.#parent ? begin() : file.run(begin);
    const beside = [...session.open].filter((each) => !this.#isWithin(each));
    for (const each of [...beside, ...(beside.length > 0 ? [this] : [])]) each.#isAlone = false;
    session.open.add(this);
  }

  #isWithin(test: VerifiedTest): boolean {
    return this === test || (this.#parent !== undefined && this.#parent.#isWithin(test));
  }

  /** Runs `work`, hooks or the test itself, so that what it makes is this test's. */
  run<Result>(work: () => Result): Result {
    if (this.#unit) return this.#unit.run(work);
    return this.#runAs ? this.#runAs(work) : work();
  }

  /** Ends the test, and says whether it has left something. */
  async check({ canRepeat = false, first, hasFailed = false }: HowItRan = {}): Promise<
    TestVerdict | undefined
  > {
    const unit = this.#unit;
    if (!unit) return undefined;
    const { session } = this.#file;
    try {
      const all = this.#told.restOf(await unit.find(await session.rules()));
      const found = this.#isAlone ? all : withoutShared(all);
      this.#tell(found);
      const wantsRerun = canRepeat && !this.#isAgain && !hasFailed && isUnclear(unit, found);
      // a test that can't be run twice: what is known is what the first run has shown
      const verdict =
        first && hasFailed ? first : session.judge(unit, this.#isAlone ? owned(found, unit) : found);
      if (!wantsRerun) session.write(unit.identity, verdict.report);
      return { ...verdict, wantsRerun };
    } finally {
      unit.dispose();
      session.open.delete(this);
    }
  }

  /** What this test is told, those around it are not. */
  #tell(report: Report): void {
    this.#file.tell(report);
    for (let around = this.#parent; around; around = around.#parent) around.#told.add(report);
  }
}

/** What belongs to nobody may be any open test's: it is left to the file. */
function withoutShared(report: Report): Report {
  return {
    ...report,
    leaks: report.leaks.filter(({ owner }) => owner !== 'shared'),
    ignored: report.ignored.filter(({ owner }) => owner !== 'shared'),
  };
}

/** What belongs to nobody and came while this test was alone is its own. */
function owned(report: Report, { owner: { name } }: Unit): Report {
  const own = <Found extends { readonly owner: string }>(finding: Found): Found =>
    finding.owner === 'shared' ? { ...finding, owner: name } : finding;
  return { ...report, leaks: report.leaks.map(own), ignored: report.ignored.map(own) };
}

/** Level `full` would know more of it. */
function isUnclear({ options: { level, rerun } }: Unit, { leaks, notJudged }: Report): boolean {
  if (rerun === false) return false;
  if (level === 'counts') return leaks.length > 0;
  return level !== 'full' && notJudged.some(({ count }) => count);
}

/**
 * For the test in which it is called, or, outside of a test, for all tests of the file from now on.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function configureIn(session: Session | undefined, options: UnitOptions): void {
  const unit = currentUnit();
  if (unit?.identity.unit === 'test') return unit.configure(options);
  const file = session?.current;
  if (!file) throw new TypeError('configure() is for a test, or for the file of tests that is being loaded');
  file.configure(options);
}

/**
 * A test about a leak: the leak must happen, and is then none.
 *
 * @throws TypeError outside of a test, or if a part is unknown or of the wrong type
 */
export function expectLeak(leak: ExpectedLeak = {}): void {
  const unit = currentUnit();
  if (!unit) throw new TypeError('expectLeak() is for the inside of a test that leaklab verifies');
  unit.expect(leak, expectLeak);
}
