export type Work = (this: unknown, ...args: unknown[]) => unknown;

/** As much of jest-circus as is used here; @types/jest has none of it. */
export interface CircusTest {
  readonly type: 'test';
  readonly name: string;
  readonly parent: CircusBlock;
  readonly concurrent?: boolean;
  /** How often it was begun: more than once with `retryTimes`. */
  invocations: number;
  /** Where it was declared. */
  readonly asyncError?: { readonly stack?: string };
  errors: unknown[];
  /** What failed before, where that is to be told. */
  retryReasons?: unknown[];
  fn?: Work;
}

export interface CircusBlock {
  readonly type: 'describeBlock';
  readonly name: string;
  readonly parent?: CircusBlock;
  readonly children: readonly (CircusBlock | CircusTest)[];
}

export interface CircusHook {
  readonly type: 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll';
  fn: Work;
}

export type CircusEvent =
  | { readonly name: 'run_start' | 'run_finish' }
  | { readonly name: 'run_describe_start' | 'run_describe_finish'; readonly describeBlock: CircusBlock }
  | { readonly name: 'hook_start'; readonly hook: CircusHook }
  | { readonly name: 'test_start' | 'test_retry' | 'test_done'; readonly test: CircusTest };

export interface CircusState {
  readonly rootDescribeBlock: CircusBlock;
  readonly unhandledErrors: unknown[];
  /** Blocks that are run again as a whole. */
  readonly describeRetryOptions?: WeakMap<CircusBlock, unknown>;
}

export type CircusHandler = (event: CircusEvent, state: CircusState) => void | Promise<void>;
