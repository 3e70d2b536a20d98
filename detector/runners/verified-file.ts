import { runAs } from '../owner.ts';
import type { Report } from '../finding.ts';
import type { Session } from './session.ts';
import { AlreadyReported } from './told.ts';
import { Verification, type VerificationIdentity, type Verdict } from './unit.ts';
import { checkVerificationOptions, merged, type VerificationOptions } from './unit-options.ts';
import { VerifiedTest } from './verified-test.ts';

/** What a runner knows of a test; its file where it may be another than the one that answers for it. */
export type TestIdentity = Omit<VerificationIdentity, 'unit' | 'file'> &
  Partial<Pick<VerificationIdentity, 'file'>>;

/** A file of tests. Per test, it answers for what its tests do not: what hooks, and nobody, have left. */
export class VerifiedFile {
  readonly path: string;
  readonly session: Session;
  readonly #told = new AlreadyReported();
  readonly #isOfRun: boolean;
  #options: VerificationOptions;
  #answering: Verification;

  constructor(session: Session, path: string, run: Verification | undefined) {
    this.session = session;
    this.path = path;
    this.#options = session.options;
    this.#isOfRun = run !== undefined;
    this.#answering = run ?? this.#begun(this.#options);
  }

  #begun(options: VerificationOptions): Verification {
    return new Verification({ unit: 'file', file: this.path, name: [] }, options);
  }

  /** Who answers for hooks, and for a test that has no unit of its own: the file, or the run. */
  get answering(): Verification {
    return this.#answering;
  }

  get options(): VerificationOptions {
    return this.#options;
  }

  get per(): 'test' | 'file' | 'run' {
    return this.#isOfRun ? 'run' : (this.#options.per ?? 'test');
  }

  /**
   * For all its tests that begin from now on, and for the file.
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
    // what counts, and what knows lines, is settled when it begins; no test has run yet
    const begun = this.#begun(changed);
    this.#answering.dispose();
    this.#answering = begun;
    this.#options = changed;
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
    return this.session.verdictOf(this.answering, (report) => this.#told.unreported(report));
  }
}

function isCounted({ level }: VerificationOptions): boolean {
  return level === 'counts';
}
