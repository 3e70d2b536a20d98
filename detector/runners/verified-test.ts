import { runAs, type Owner } from '../owner.ts';
import type { Report } from '../finding.ts';
import { Told } from './told.ts';
import { currentUnit, nameOf, Unit, type UnitIdentity, type Verdict } from './unit.ts';
import type { VerifiedFile } from './verified-file.ts';

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
  /** What an attempt before has left: no other forgives it. */
  readonly left?: Verdict;
}

/** A check awaits a dozen times, and in a suite of small tests their stacks would cost more than all else. */
const checking: Owner = { name: 'leaklab', isRunner: true };

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
  check(how: HowItRan = {}): Promise<TestVerdict | undefined> {
    return runAs(checking, () => this.#check(how));
  }

  async #check({
    canRepeat = false,
    first,
    hasFailed = false,
    left,
  }: HowItRan): Promise<TestVerdict | undefined> {
    const unit = this.#unit;
    if (!unit) return undefined;
    const { session } = this.#file;
    try {
      const all = this.#told.restOf(await unit.find(await session.rules()));
      const found = this.#isAlone ? all : withoutShared(all);
      this.#tell(found);
      const wantsRerun = canRepeat && !this.#isAgain && !hasFailed && isUnclear(unit, found);
      // a test that can't be run twice: what is known is what the first run has shown
      const known = left ?? (first && hasFailed ? first : undefined);
      const verdict = known ?? session.judge(unit, this.#isAlone ? owned(found, unit) : found);
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
