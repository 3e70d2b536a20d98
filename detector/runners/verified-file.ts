import { runAs } from '../owner.ts';
import type { Report } from '../finding.ts';
import type { Session } from './session.ts';
import { Told } from './told.ts';
import { Unit, type UnitIdentity, type Verdict } from './unit.ts';
import { checkUnitOptions, merged, type UnitOptions } from './unit-options.ts';
import { VerifiedTest } from './verified-test.ts';

/** What a runner knows of a test; its file where it may be another than the one that answers for it. */
export type TestIdentity = Omit<UnitIdentity, 'unit' | 'file'> & Partial<Pick<UnitIdentity, 'file'>>;

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
