import { loadBaseline, withBaseline, type Baseline } from '../baseline.ts';
import { loadPolicy } from '../policy.ts';
import type { IgnoreRule } from '../rule.ts';
import type { Report } from '../finding.ts';
import { readSettings, type Settings } from './settings.ts';
import { writeTestReport, type Runner } from './test-report.ts';
import { Verification, type VerificationIdentity, type Verdict } from './unit.ts';
import { optionsOf, type VerificationOptions } from './unit-options.ts';
import { VerifiedFile } from './verified-file.ts';
import type { VerifiedTest } from './verified-test.ts';

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
  #run: Verification | undefined;

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
    if (per === 'run') this.#run ??= new Verification({ unit: 'run', file: path, name: [] }, this.options);
    this.current = new VerifiedFile(this, path, this.#run);
    return this.current;
  }

  get options(): VerificationOptions {
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
  async verdictOf(verification: Verification, select: (report: Report) => Report): Promise<Verdict> {
    try {
      const verdict = this.judge(verification, select(await verification.find(await this.rules())));
      this.write(verification.identity, verdict.report);
      return verdict;
    } finally {
      verification.dispose();
    }
  }

  judge(verification: Verification, found: Report): Verdict {
    return verification.judge(found, (report) => this.accepted(report));
  }

  write({ unit, file, name, line, attempt }: VerificationIdentity, report: Report): void {
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
