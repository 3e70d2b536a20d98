import type { Channel } from '../../contract.ts';
import type { Finding } from './answer.ts';

export const runtimes = ['node', 'deno', 'bun'] as const;
export type Runtime = (typeof runtimes)[number];

/**
 * Ways to run a program. - `plain`: at once, alone
 * - `await-first`: after an await of 5 ms
 * - `callback`: called in the callback of an immediate
 * - `several`: between two clean programs, in the same file of tests or the same process
 */
export const axes = ['plain', 'await-first', 'callback', 'several'] as const;
export type Axis = (typeof axes)[number];

/** Description that a detector gives. */
export interface About {
  /** Name of `[a-z0-9-]+`; its files are named after it. */
  readonly name: string;
  readonly version: string;
  /** Title on the board; default the name. */
  readonly title?: string;
  /** Channels that it claims to see. Leaks beyond its claim are shown apart. */
  readonly sees: readonly Channel[];
  /** Its set-up: options, wait, retries, garbage collections. */
  readonly configuration?: string;
  /** Runtimes on which it runs; default node alone. */
  readonly runtimes?: readonly Runtime[];
  /** Set unless it names no file and line. Default true. */
  readonly hasLines?: boolean;
  /** File that a foreign adapter was loaded from: results are valid while that file stays the same. */
  readonly source?: string;
  /** Set unless it does not name its findings. Default true. */
  readonly hasTypes?: boolean;
}

/** Run of one program, as an adapter gets it. */
export interface ProgramRun {
  /** The program's own file, never changed. */
  readonly program: string;
  /** A folder for this run alone, with node_modules in reach. */
  readonly folder: string;
  /** A module that runs the program with its lab when it is started: `node entry`. */
  readonly entry: string;
  /**
   * Writes the program as a file of tests: its source unchanged, so that every line stays, followed by the tests.
   *
   * @param name of the file, such as `program.test.ts`
   * @param head makes `leaklabTest(name, run)` known: `import { test as leaklabTest } from 'node:test';`
   * @param byUrl imports name `file:` URLs, the default, or plain paths
   * @returns its absolute path
   */
  testFile(name: string, head: string, byUrl?: boolean): string;
  /** Writes another file into the folder, and returns its absolute path. */
  write(name: string, text: string): string;
  readonly runtime: { readonly name: Runtime; readonly executable: string };
  /** Returns the file of a tool's package, installed by `lab/score/package.json` or by the project. */
  packageFile(path: string): string;
  /** File in which the child may write its answer as newline-delimited JSON. */
  readonly answer: string;
}

/** Command to start. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** Output of a command. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; `undefined` if it was killed. */
  readonly code: number | undefined;
  /** Content of {@link ProgramRun.answer}. */
  readonly answer: string | undefined;
}

/**
 * In process: a module whose `watch` is called before the program runs, and whose result gives the findings
 * afterwards.
 */
export interface InProcess extends About {
  readonly way: 'in process';
  /** Absolute path of the module; it exports {@link Watch} as `watch`. */
  readonly module: string;
  /** Options for the runtime, such as `--expose-gc`. */
  readonly flags?: readonly string[];
  /** Data for its `watch`, as JSON carries it. */
  readonly options?: unknown;
}

/** Export of the module of an {@link InProcess}. */
export type Watch = (options: WatchOptions) => Watching | Promise<Watching>;

export interface WatchOptions {
  /** Runs the program once more, for detectors that look at growth. */
  readonly again: () => Promise<unknown>;
  /** The program's file. */
  readonly program: string;
  /** Options of the adapter, see {@link InProcess.options}. */
  readonly options?: unknown;
}

export interface Watching {
  /** Called when the program is loaded and has not run yet: resources made until now are as old as the module. */
  loaded?(): void;
  /** Called when the program has returned; waits as long as the detector likes. */
  findings(): readonly Finding[] | Promise<readonly Finding[]>;
}

/** A command, such as a test runner, whose output a function reads. */
export interface ByCommand extends About {
  readonly way: 'command';
  /** Writes the files of a run into its folder, and returns the command to start. */
  command(run: ProgramRun): Command;
  /** Reads the output. @throws AnswerError if it can't be understood */
  read(said: Said, run: ProgramRun): readonly Finding[];
  /** Time that it may run on after the program has returned, in ms, before it is killed; default 10 000. */
  readonly grace?: number;
}

/** An executable in any language that answers with newline-delimited JSON or a SARIF log on its standard output. */
export interface Executable extends About {
  readonly way: 'executable';
  readonly command: readonly [string, ...string[]];
  readonly grace?: number;
}

/** A static analyser, which looks at all the files at once. */
export interface Static extends About {
  readonly way: 'static';
  /** Resolves with a SARIF log about these files. */
  scan(files: readonly string[], folder: string, packageFile: (path: string) => string): Promise<string>;
}

/** An existing SARIF log. */
export interface SarifFile extends About {
  readonly way: 'sarif';
  readonly file: string;
  /** Base of its relative addresses. */
  readonly root: string;
}

export type Adapter = InProcess | ByCommand | Executable | Static | SarifFile;
