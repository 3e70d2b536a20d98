import { now } from '../../engine/real-clock.ts';
import type { Report } from '../../finding.ts';
import { currentOwner, type Owner } from '../../origin/owner.ts';
import { loadPolicy } from '../../rules/policy.ts';
import type { IgnoreRule } from '../../rules/rule.ts';
import { AcceptedLeaks } from './accepted-leaks.ts';
import { meet } from './expected-leak.ts';
import { LeakedLines } from './leaked-lines.ts';
import { ReportedCauses } from '../output/reported-causes.ts';
import type { Settings } from './settings.ts';
import { print } from '../output/print.ts';
import { Tally } from '../output/tally.ts';
import { TestLeakError } from '../output/test-leak-error.ts';
import { areReportsWanted, writeTestReport, type Runner } from './test-report.ts';
import { bylineOf, Verification, type VerificationIdentity } from './verification.ts';
import type { VerificationOptions } from './verification-options.ts';

// another process with this process id may have written to the same folder
const firstNumber = Math.floor(performance.timeOrigin) * 1000;

/** The outcome of a check. */
export interface Verdict {
  readonly report: Report;
  /** The reason to fail: a leak, or an expected leak that is missing. */
  readonly error?: Error;
  /** Too little is known of a test: the runner should run it again with `isAgain`, if it can. */
  readonly wantsRerun?: boolean;
}

/** The judge of all verifications of this process: it begins each, settles it, and writes its report. */
export class Judge {
  readonly #runner: Runner;
  readonly #policy: string | undefined;
  readonly #accepted: AcceptedLeaks | undefined;
  readonly #causes = new ReportedCauses();
  readonly #leaked = new LeakedLines();
  #tally = new Tally();
  readonly #byOwner = new WeakMap<Owner, Verification>();
  /** The numbers of reports that may be replaced. */
  readonly #numbers = new WeakMap<VerificationIdentity, number>();
  /** The ms that checks have waited. */
  readonly #waited = new WeakMap<VerificationIdentity, number>();
  /** Leaks that a later file of this process may still close. */
  readonly #held = new Map<VerificationIdentity, Report>();
  #lastNumber = firstNumber;
  #rules: Promise<readonly IgnoreRule[]> | undefined;

  /** @throws {@link BaselineError} if the project's baseline can't be used */
  constructor(runner: Runner, settings: Pick<Settings, 'policy' | 'baseline' | 'isAccepting'>) {
    const { policy, baseline, isAccepting } = settings;
    this.#runner = runner;
    this.#policy = policy;
    if (baseline !== undefined) this.#accepted = new AcceptedLeaks(baseline, isAccepting);
  }

  /**
   * Loads the rules of the project's policy; awaited before the first test, so that its mistakes are reported early.
   *
   * @throws {@link PolicyError} with every mistake in it
   */
  rules(): Promise<readonly IgnoreRule[]> {
    this.#rules ??= this.#load();
    return this.#rules;
  }

  async #load(): Promise<readonly IgnoreRule[]> {
    return this.#policy === undefined ? [] : (await loadPolicy(this.#policy)).rules;
  }

  /** Begins to verify a test, a file or a run. */
  begin(identity: VerificationIdentity, options: VerificationOptions): Verification {
    const verification = new Verification(identity, options);
    this.#byOwner.set(verification.owner, verification);
    return verification;
  }

  /** Returns the verification in whose async context this is called. */
  current(): Verification | undefined {
    for (let owner = currentOwner(); owner; owner = owner.parent) {
      const verification = this.#byOwner.get(owner);
      if (verification) return verification;
    }
    return undefined;
  }

  /**
   * Finds what a verification leaked, writes its report unless it should run again, and ends it.
   *
   * @param rule judges what was found
   */
  async settle(verification: Verification, rule: (found: Report) => Verdict): Promise<Verdict> {
    return this.end(verification, await this.find(verification), rule);
  }

  /** Waits for what a verification has left; what is accepted, or has leaked in a test of its file, isn't waited for. */
  async find(verification: Verification): Promise<Report> {
    const { options, identity } = verification;
    const isAccepted = (found: Report): boolean => this.accepted(found).leaks.length === 0;
    const isKnown = (found: Report): boolean => this.#leaked.hasAll(this.accepted(found), identity.file);
    const begin = now();
    try {
      return await verification.find(
        await this.rules(),
        this.#accepted && isAccepted,
        options.verdict === 'test' ? isKnown : undefined,
      );
    } catch (error) {
      verification.dispose();
      throw error;
    } finally {
      this.noteWait(identity, now() - begin);
    }
  }

  /** Adds the ms of a check to those that the report of a verification has. */
  noteWait(identity: VerificationIdentity, ms: number): void {
    this.#waited.set(identity, (this.#waited.get(identity) ?? 0) + ms);
  }

  /** Judges what was found, writes the report unless the test should run again, and ends the verification. */
  end(verification: Verification, found: Report, rule: (found: Report) => Verdict): Verdict {
    try {
      const verdict = rule(found);
      if (verdict.wantsRerun === true) return verdict;
      this.write(verification.identity, verdict.report);
      const { error } = verdict;
      if (error instanceof TestLeakError) this.#note(verification, error);
      return verdict;
    } finally {
      verification.dispose();
    }
  }

  /**
   * Judges what was found, and ends the verification unless it leaks; a leak is reported until a later file closes it.
   */
  hold(verification: Verification, found: Report, rule: (found: Report) => Verdict): Verdict {
    const verdict = rule(found);
    const { error, report } = verdict;
    this.#held.delete(verification.identity);
    if (!error) return this.end(verification, found, () => verdict);
    this.#held.set(verification.identity, report);
    this.writePreliminary(verification.identity, report);
    if (error instanceof TestLeakError) this.#note(verification, error);
    return verdict;
  }

  /** Counts in the summary what still leaks when no file can close it anymore. */
  concludeHeld(): void {
    for (const [identity, report] of this.#held) this.#tally.add(identity, report);
    this.#held.clear();
  }

  #note({ identity: { unit, file } }: Verification, { report, words }: TestLeakError): void {
    this.#causes.add(report, words.by);
    if (unit === 'test') this.#leaked.add(report, file);
  }

  /** Compares what was found with what was expected of a verification, and with the baseline. */
  verdictOn({ identity, expected }: Verification, found: Report): Verdict {
    const { report: unexpected, missed } = meet(found, expected);
    this.accept(unexpected, identity.file);
    const report = this.accepted(unexpected);
    if (report.leaks.length === 0 && missed.length === 0) return { report };
    const by = bylineOf(identity, report);
    const what = missed.map(({ problem }) => problem).join('; ');
    if (report.leaks.length > 0) {
      const { unit, file } = identity;
      const causes = this.#causes;
      const words = { unit, file, by, text: causes.format(report), isKnown: causes.hasAll(report) };
      return { report, error: new TestLeakError(report, { ...words, ...(what !== '' && { missed: what }) }) };
    }
    const [{ error } = { error: new Error() }] = missed;
    error.message = `${by}: ${what}`;
    error.stack = `${error.name}: ${error.message}\n${framesOf(error)}`;
    return { report, error };
  }

  /** Moves the leaks of the project's baseline to the tolerated ones. */
  accepted(report: Report): Report {
    return this.#accepted?.of(report) ?? report;
  }

  /**
   * Writes leaks into the project's baseline, in a run that accepts its leaks.
   *
   * @param file the absolute path of the test file or program that leaked them
   */
  accept(report: Report, file: string): void {
    this.#accepted?.add(report, file);
  }

  /**
   * Prints a summary since the last one, if there is something to say.
   *
   * @param name names the part of the run that it is about
   */
  summarise(name?: string): void {
    const lines = this.#tally.lines(this.#accepted?.count());
    this.#tally = new Tally();
    const head = name === undefined ? '' : `${name}: `;
    print(lines.map((line, index) => `leaklab: ${index === 0 ? head : ''}${line}\n`).join(''));
  }

  /** Writes a line into the reports of the run. */
  write(identity: VerificationIdentity, report: Report): void {
    this.#tally.add(identity, report);
    this.#write(identity, report);
  }

  /** Writes a line that a later one may replace, for what is known if the process is killed before. */
  writePreliminary(identity: VerificationIdentity, report: Report): void {
    if (!areReportsWanted()) return;
    if (!this.#numbers.has(identity)) this.#numbers.set(identity, (this.#lastNumber += 1));
    this.#write(identity, report);
  }

  #write(identity: VerificationIdentity, report: Report): void {
    const { unit, file, name, line, attempt } = identity;
    const suspect = this.#numbers.get(identity);
    const waited = this.#waited.get(identity);
    writeTestReport({
      version: 1,
      runner: this.#runner,
      node: process.version,
      unit,
      file,
      name,
      ...(line !== undefined && { line }),
      ...(attempt !== undefined && { attempt }),
      ...(suspect !== undefined && { suspect }),
      ...(waited !== undefined && { waited: Math.round(waited) }),
      report,
    });
  }
}

/** Returns the frames of an error's stack as text. */
function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
