import type { Runner } from '../../detector/internal.ts';

/** Runners with suites. */
export type SuiteRunner = Exclude<Runner, 'register'>;

/** Tests of a published package, with the way to run them. */
export interface Suite {
  readonly name: string;
  /** Name of the package in the registry. */
  readonly package: string;
  readonly runner: SuiteRunner;
  /** Folder of `installs/` with the exact versions of the package and its test dependencies. */
  readonly install: string;
  /** Folder of the package's copy, outside node_modules as in its own repository. */
  readonly folder: string;
  /** Other packages that the tests expect, with their folders. */
  readonly beside?: Readonly<Record<string, string>>;
  /** Folder of `anew/` with tests written for this project, for a package that publishes none. */
  readonly anew?: string;
  /** Shell command to run in the copy before the tests, as the package's own scripts do. */
  readonly prepare?: string;
  /** The runner's command, with `{leaklab}` for the one line and `{results}` for the path of the results. */
  readonly command: string;
  /** Text that replaces `{leaklab}`. */
  readonly line: string;
  /** Files to write beside the copy, by path; `{leaklab}` is replaced here too. */
  readonly files?: Readonly<Record<string, string>>;
  /** Tests that are left out, and why. */
  readonly leftOut?: string;
  /** Tests that sometimes fail without leaklab, by parts of their names, and why. */
  readonly unsteady?: { readonly names: readonly string[]; readonly why: string };
}
