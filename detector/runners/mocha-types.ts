/** As much of mocha as is used here; what @types/mocha has of it is older. */
export interface MochaModule {
  readonly Hook: new (title: string, fn: () => void) => Runnable;
  readonly Runnable: { readonly prototype: Runnable };
  readonly Runner: { readonly prototype: Runner };
  readonly Suite: { readonly prototype: Suite };
  readonly it: (title: string, work: () => unknown) => unknown;
}

export type Callback = (error?: unknown, suite?: Suite) => void;

export interface Runnable {
  readonly type: 'test' | 'hook';
  readonly title: string;
  /** Where it was declared; mocha knows no lines. */
  readonly file?: string;
  parent?: Suite;
  /** Of a hook: `"before each" hook: …`, as it was declared. */
  readonly originalTitle?: string;
  fn?: (this: unknown, ...args: unknown[]) => unknown;
  run(callback: Callback): void;
}

export interface Test extends Runnable {
  state?: 'failed' | 'passed' | 'pending';
  err?: unknown;
  pending?: boolean;
  titlePath(): string[];
  currentRetry(count?: number): number;
  retries(count?: number): number;
  /** The test whose attempt after the first this is. */
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
  fail(runnable: Runnable, error: unknown): void;
  hookDown(name: string, callback: Callback): void;
  hookUp(name: string, callback: Callback): void;
  runTest(callback: Callback): void;
  runSuite(suite: Suite, callback: Callback): void;
}
