/** The parts of mocha that are used here; @types/mocha has older ones. */
export interface MochaModule {
  readonly prototype: { readonly version?: string };
  readonly Hook: new (title: string, fn: () => void) => Runnable;
  readonly Runnable: { readonly prototype: Runnable };
  readonly Runner: {
    readonly prototype: Runner;
    /** Takes a turn of the event loop, before each hook and each test. */
    immediately: (goOn: () => void) => unknown;
  };
  readonly Suite: { readonly prototype: Suite };
  readonly it: (title: string, work: () => unknown) => unknown;
}

export type Callback = (error?: unknown, suite?: Suite) => void;

export interface Runnable {
  readonly type: 'test' | 'hook';
  readonly title: string;
  /** The file in which it was declared; mocha knows no lines. */
  readonly file?: string;
  parent?: Suite;
  /** The title of a hook as it was declared: `"before each" hook: …`. */
  readonly originalTitle?: string;
  fn?: (this: unknown, ...args: unknown[]) => unknown;
  run(callback: Callback): void;
}

export interface Test extends Runnable {
  state?: 'failed' | 'passed' | 'pending';
  err?: unknown;
  pending?: boolean;
  titlePath(): string[];
  fullTitle(): string;
  currentRetry(count?: number): number;
  retries(count?: number): number;
  /** Returns the test as it was declared, if this is a later attempt. */
  retriedTest(): Test | undefined;
}

export interface Suite {
  readonly root: boolean;
  readonly file?: string;
  readonly parent?: Suite;
  emit(event: string, ...args: unknown[]): boolean;
}

export interface Runner {
  readonly test?: Test;
  readonly suite: Suite;
  /** The counts that reporters print. */
  readonly stats?: { passes: number };
  once(event: 'end', listener: () => void): unknown;
  emit(event: string, ...args: unknown[]): boolean;
  fail(runnable: Runnable, error: unknown, isForced?: boolean): void;
  hookDown(name: string, callback: Callback): void;
  hookUp(name: string, callback: Callback): void;
  runTest(callback: Callback): void;
  runSuite(suite: Suite, callback: Callback): void;
}
