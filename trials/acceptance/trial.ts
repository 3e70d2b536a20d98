import type { Aspect, ModuleKind } from './suites.ts';

/** Result that a runner reports for a test, a file or the whole run. */
export interface Told {
  /** Base name, if the runner reports it; mocha and node:test report only titles. */
  readonly file?: string;
  /** `orders > leave a timer`; absent for a file or the run. */
  readonly title?: string;
  /** Message of a failure. */
  readonly failure?: string;
}

/** Runner in one of its ways to run: a row of the table. */
export interface Trial {
  /** `vitest, pool forks`. */
  readonly name: string;
  /** `leaklab/vitest`. */
  readonly entry: string;
  /** Package of the runner; absent for node:test. */
  readonly package?: 'vitest' | 'jest' | 'mocha';
  /** Version of that package, if it is another than the one pinned in package.json. */
  readonly version?: string;
  /** The newest Node line on which this version of the runner starts; default all. */
  readonly lastNode?: number;
  /** File in `fixtures/names`. */
  readonly names: string;
  readonly module: ModuleKind;
  /** Aspects that the runner lacks or can't show. */
  readonly without: readonly Aspect[];
  /** Scope of the check that `"per": "run"` makes. */
  readonly run: 'one check' | 'file by file';
  /** Returns the configuration that a user writes, with leaklab or without. */
  config(isWatched: boolean): Readonly<Record<string, string>>;
  /**
   * Returns the arguments of Node, in the folder of the suite.
   *
   * @param files the test files
   * @param results relative path for machine-readable results; without, the runner only prints
   */
  args(files: readonly string[], isWatched: boolean, results?: string): readonly string[];
  /** Reads those results. */
  read(results: string): Told[];
  /** Returns the exit code of a run with this number of failed tests and hooks; default 1. */
  exitCode?(failures: number): number;
}
