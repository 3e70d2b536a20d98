import type { Aspect, ModuleKind } from './suites.ts';

/** What a runner has told of a test, or of a file or the run as a whole. */
export interface Told {
  /** Its base name, where the runner says; mocha and node:test know titles alone. */
  readonly file?: string;
  /** `orders > leave a timer`; none of a file or the run. */
  readonly title?: string;
  /** With what it has failed. */
  readonly failure?: string;
}

/** A runner in one of its ways to run: a row of the table. */
export interface Trial {
  /** `vitest, pool forks`. */
  readonly name: string;
  /** `leaklab/vitest`. */
  readonly entry: string;
  /** The package of the runner, which has its version; none is Node itself. */
  readonly package?: 'vitest' | 'jest' | 'mocha';
  /** The file in `fixtures/names`. */
  readonly names: string;
  readonly module: ModuleKind;
  /** What it has nothing of, or can't be asked for. */
  readonly without: readonly Aspect[];
  /** Who answers where `"per": "run"` is asked for. */
  readonly run: 'one check' | 'file by file';
  /** The configuration that a user writes, with leaklab or without. */
  config(isWatched: boolean): Readonly<Record<string, string>>;
  /**
   * The arguments of Node, in the folder of the suite.
   *
   * @param files of tests
   * @param results where the machine's answer goes, relative; without, the runner's usual one is all
   */
  args(files: readonly string[], isWatched: boolean, results?: string): readonly string[];
  /** Reads that answer. */
  read(results: string): Told[];
  /** The exit code of a run in which so many tests or hooks fail; 1 where nothing is said. */
  exitCode?(failures: number): number;
}
