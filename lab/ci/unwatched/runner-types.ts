/** The parts of vitest and jest that {@link ./list-runs.cts} reads; vitest 2 to 5 and jest 27 to 30 have them. */

/** A class that puts the test files of a run in order. */
export interface Sequencer<Context, Run> {
  readonly ctx: Context;
  sort(files: readonly Run[]): unknown;
  /** Jest's, called with the results of all files when the last has ended. */
  cacheResults?(files: readonly Run[], results: JestResults): unknown;
}

/** A test file that vitest is about to run; before vitest 3 a list of project, path and options. */
export interface VitestRun {
  readonly project?: VitestProject;
  readonly moduleId?: string;
  readonly pool?: string;
  readonly 0?: VitestProject;
  readonly 1?: string;
  readonly 2?: { readonly pool?: string };
}

interface VitestProject {
  readonly config?: {
    readonly name?: string;
    readonly root?: string;
    readonly setupFiles?: readonly unknown[];
    readonly browser?: { readonly enabled?: boolean };
  };
}

export interface VitestContext {
  readonly state: { getFiles(paths: readonly string[]): readonly (VitestTask & VitestFile)[] };
}

interface VitestFile {
  readonly projectName?: string;
}

/** A file, a suite or a test of vitest. */
export interface VitestTask {
  readonly type: string;
  readonly tasks?: readonly VitestTask[];
  readonly result?: { readonly state: string };
}

/** A test file that jest is about to run. */
export interface JestTest {
  readonly path: string;
  readonly context: {
    readonly config: {
      readonly displayName?: string | { readonly name: string };
      readonly rootDir?: string;
      readonly runner?: string;
      readonly setupFilesAfterEnv?: readonly unknown[];
    };
  };
}

export interface JestResults {
  readonly testResults: readonly {
    readonly testFilePath: string;
    readonly numPassingTests: number;
    readonly numFailingTests: number;
  }[];
}
