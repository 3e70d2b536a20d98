import { Judge, type Verdict } from './judge.ts';
import { registry } from '../../scope/registry.ts';
import { readSettings, type Settings } from './settings.ts';
import type { Runner } from './test-report.ts';
import type { Verification } from './verification.ts';
import { optionsOf } from './verification-options.ts';
import { VerifiedFile } from './verified.ts';

/** Everything that one runner verifies in this process, by one set of settings. */
export class Session {
  readonly settings: Settings;
  readonly judge: Judge;
  #last: VerifiedFile | undefined;
  #run: Verification | undefined;

  /**
   * Puts the probes' stand-ins in place, before the program takes functions of Node.
   *
   * @throws {@link SettingsError} if leaklab.json can't be used
   * @throws {@link BaselineError} if its baseline can't be used
   */
  constructor(runner: Runner, settings: Settings = readSettings()) {
    this.settings = settings;
    this.judge = new Judge(runner, settings);
    if (settings.level !== 'counts') registry.watch.preload(new Set(settings.without));
  }

  /** Returns the file whose tests are being declared or run. */
  get current(): VerifiedFile | undefined {
    return this.#last?.isOver === false ? this.#last : undefined;
  }

  /** Begins a file, which becomes the current one; with `"per": "run"`, the first file also begins the run. */
  file(path: string): VerifiedFile {
    const options = optionsOf(this.settings);
    if (this.settings.per === 'run') {
      this.#run ??= this.judge.begin({ unit: 'run', file: path, name: [] }, options);
    }
    this.#last = new VerifiedFile(this.judge, path, options, this.#run);
    return this.#last;
  }

  /** Checks the run, if the run is what is verified. */
  async checkRun(): Promise<Verdict | undefined> {
    const run = this.#run;
    this.#run = undefined;
    return run && this.judge.settle(run, (found) => this.judge.verdictOn(run, found));
  }
}
