export type Work = (this: unknown, ...args: unknown[]) => unknown;

/** A function that a file of tests gives to jest; like all types here, @types/jest lacks it. */
export interface CircusTest {
  readonly type: 'test';
  readonly name: string;
  readonly parent: CircusBlock;
  /** Absent in jest 27. */
  readonly concurrent?: boolean;
  /** The number of its runs: more than one with `retryTimes`. */
  invocations: number;
  /** An error made where the test was declared. */
  readonly asyncError?: { readonly stack?: string };
  errors: unknown[];
  /** The errors of earlier attempts, if jest reports them. */
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
  | { readonly name: 'hook_failure' | 'test_fn_failure'; readonly error: unknown }
  | { readonly name: 'test_start' | 'test_retry' | 'test_done' | 'test_skip'; readonly test: CircusTest };

export interface CircusState {
  readonly rootDescribeBlock: CircusBlock;
  /** The block whose tests are being declared. */
  readonly currentDescribeBlock: CircusBlock;
  readonly unhandledErrors: unknown[];
  /** The blocks that run again as a whole. */
  readonly describeRetryOptions?: WeakMap<CircusBlock, unknown>;
}

export type CircusHandler = (event: CircusEvent, state: CircusState) => void | Promise<void>;
