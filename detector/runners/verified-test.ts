import { runAs, type Owner } from '../owner.ts';
import type { Report } from '../finding.ts';
import { AlreadyReported } from './told.ts';
import {
  currentVerification,
  nameOf,
  Verification,
  type VerificationIdentity,
  type Verdict,
} from './unit.ts';
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
  readonly #told = new AlreadyReported();
  /** The test within which it began. */
  readonly #parent: VerifiedTest | undefined;
  readonly #verification: Verification | undefined;
  readonly #runAs: (<Result>(work: () => Result) => Result) | undefined;
  readonly #isAgain: boolean;
  /** Whether no test was open meanwhile but those it began in. */
  #isAlone = true;

  constructor(file: VerifiedFile, identity: VerificationIdentity, isAgain: boolean) {
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
    const around = currentVerification();
    this.#parent = around && [...session.open].find((each) => each.#verification === around);
    const begin = (): Verification => new Verification(identity, options);
    // whoever calls: within a test in its context, else in the file's
    this.#verification = this.#parent ? begin() : file.run(begin);
    const beside = [...session.open].filter((each) => !this.#isWithin(each));
    for (const each of [...beside, ...(beside.length > 0 ? [this] : [])]) each.#isAlone = false;
    session.open.add(this);
  }

  #isWithin(test: VerifiedTest): boolean {
    return this === test || (this.#parent !== undefined && this.#parent.#isWithin(test));
  }

  /** Runs `work`, hooks or the test itself, so that what it makes is this test's. */
  run<Result>(work: () => Result): Result {
    if (this.#verification) return this.#verification.run(work);
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
    const verification = this.#verification;
    if (!verification) return undefined;
    const { session } = this.#file;
    try {
      const all = this.#told.unreported(await verification.find(await session.rules()));
      const found = this.#isAlone ? all : withoutShared(all);
      this.#tell(found);
      const wantsRerun = canRepeat && !this.#isAgain && !hasFailed && isUnclear(verification, found);
      // a test that can't be run twice: what is known is what the first run has shown
      const known = left ?? (first && hasFailed ? first : undefined);
      const verdict =
        known ?? session.judge(verification, this.#isAlone ? owned(found, verification) : found);
      if (!wantsRerun) session.write(verification.identity, verdict.report);
      return { ...verdict, wantsRerun };
    } finally {
      verification.dispose();
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
function owned(report: Report, { owner: { name } }: Verification): Report {
  const own = <Found extends { readonly owner: string }>(finding: Found): Found =>
    finding.owner === 'shared' ? { ...finding, owner: name } : finding;
  return { ...report, leaks: report.leaks.map(own), ignored: report.ignored.map(own) };
}

/** Level `full` would know more of it. */
function isUnclear({ options: { level, rerun } }: Verification, { leaks, notJudged }: Report): boolean {
  if (rerun === false) return false;
  if (level === 'counts') return leaks.length > 0;
  return level !== 'full' && notJudged.some(({ count }) => count);
}
