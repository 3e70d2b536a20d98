import type { Channel } from '../../contract.ts';
import type { Finding } from './answer.ts';

export const runtimes = ['node', 'deno', 'bun'] as const;
export type Runtime = (typeof runtimes)[number];

/**
 * How a program is run.
 *
 * - `plain`: at once, alone
 * - `await-first`: after an await of 5 ms
 * - `callback`: called in the callback of an immediate
 * - `several`: between two other programs that are clean, in the same file of tests or the same process
 */
export const axes = ['plain', 'await-first', 'callback', 'several'] as const;
export type Axis = (typeof axes)[number];

/** What a detector says of itself. */
export interface About {
  /** `[a-z0-9-]+`; names its files. */
  readonly name: string;
  readonly version: string;
  /** As shown on the board; default the name. */
  readonly title?: string;
  /** What it claims to see, by channel. What it does not claim is shown apart. */
  readonly sees: readonly Channel[];
  /** How it is set up: its options, its wait, its retries, its garbage collections. */
  readonly configuration?: string;
  /** Where it can run; default node alone. */
  readonly runtimes?: readonly Runtime[];
  /** Whether it says where: a file and a line. Default true. */
  readonly hasLines?: boolean;
  /** The file that it was loaded from, if it is none of the scorer's own: results are good as long as that stays as it is. */
  readonly source?: string;
  /** Whether it names what it has found. Default true. */
  readonly hasTypes?: boolean;
}

/** One run of one program, as an adapter gets it. */
export interface ProgramRun {
  /** The program's own file, never changed. */
  readonly program: string;
  /** A folder of this run alone, with node_modules in reach. */
  readonly folder: string;
  /** A module that runs the program with its lab when it is started: `node entry`. */
  readonly entry: string;
  /**
   * Writes the program as a file of tests: its source as it is, so that every line stays, and behind it the tests.
   *
   * @param name of the file, such as `program.test.ts`
   * @param head what makes `leaklabTest(name, run)` known: `import { test as leaklabTest } from 'node:test';`
   * @param byUrl whether imports name `file:` URLs, the default, or plain paths
   * @returns its absolute path
   */
  testFile(name: string, head: string, byUrl?: boolean): string;
  /** Writes another file into the folder, and returns its absolute path. */
  write(name: string, text: string): string;
  readonly runtime: { readonly name: Runtime; readonly executable: string };
  /** Where the package of a tool is: installed by `lab/score/package.json` or the project's own. */
  packageFile(path: string): string;
  /** Where an answer can be left as newline-delimited JSON by what runs in the child. */
  readonly answer: string;
}

/** What to start. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
}

/** What came of a command. */
export interface Said {
  readonly stdout: string;
  readonly stderr: string;
  /** `undefined` when it was killed. */
  readonly code: number | undefined;
  /** What was left in {@link ProgramRun.answer}. */
  readonly answer: string | undefined;
}

/** In process: a module whose `watch` is called before the program runs, and whose result gives the findings after it. */
export interface InProcess extends About {
  readonly way: 'in process';
  /** Absolute path of the module; it exports {@link Watch} as `watch`. */
  readonly module: string;
  /** Options for the runtime, such as `--expose-gc`. */
  readonly flags?: readonly string[];
  /** Data for its `watch`, as JSON carries it. */
  readonly options?: unknown;
}

/** What a module of {@link InProcess} exports. */
export type Watch = (options: WatchOptions) => Watching | Promise<Watching>;

export interface WatchOptions {
  /** Runs the program once more, for detectors that look at growth. */
  readonly again: () => Promise<unknown>;
  /** The program's file. */
  readonly program: string;
  /** Those of the adapter, see {@link InProcess.options}. */
  readonly options?: unknown;
}

export interface Watching {
  /** Called when the program is loaded and has not run yet: what it has made so far is as old as the module. */
  loaded?(): void;
  /** Called when the program has returned; waits as long as the detector wants to. */
  findings(): readonly Finding[] | Promise<readonly Finding[]>;
}

/** A command, such as a test runner, whose output is read by a function. */
export interface ByCommand extends About {
  readonly way: 'command';
  /** Called in an own folder for each run; writes what it needs and says what to start. */
  command(run: ProgramRun): Command;
  /** @throws AnswerError if what was said can't be understood */
  read(said: Said, run: ProgramRun): readonly Finding[];
  /** How long it may go on after the program has returned, in ms, before it is killed; default 10 000. */
  readonly grace?: number;
}

/** An executable in any language; answers newline-delimited JSON, or a SARIF log, on its standard output. */
export interface Executable extends About {
  readonly way: 'executable';
  readonly command: readonly [string, ...string[]];
  readonly grace?: number;
}

/** A static analyser: looks at all the files at once. */
export interface Static extends About {
  readonly way: 'static';
  /** Resolves with a SARIF log about these files. */
  scan(files: readonly string[], folder: string, packageFile: (path: string) => string): Promise<string>;
}

/** A SARIF log that is there already. */
export interface SarifFile extends About {
  readonly way: 'sarif';
  readonly file: string;
  /** What its relative addresses are relative to. */
  readonly root: string;
}

export type Adapter = InProcess | ByCommand | Executable | Static | SarifFile;
