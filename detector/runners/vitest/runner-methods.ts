import type { RunnerTestCase, RunnerTestFile, RunnerTestSuite } from 'vitest';
import { enterAs } from '../../origin/owner.ts';
import type { VerifiedTest } from '../verify/verified.ts';
import { plainErrors } from './plain-errors.ts';
import type { VitestWatch } from './vitest-watch.ts';

/** The methods of vitest's runner that are called around files and tests. */
export interface Runner {
  importFile(path: string, source: 'collect' | 'setup'): unknown;
  onBeforeRunSuite?(suite: RunnerTestSuite): unknown;
  onBeforeRunTask?(task: RunnerTestCase): unknown;
  onBeforeTryTask?(task: RunnerTestCase, tried: Tried): unknown;
  onAfterRunTask?(task: RunnerTestCase): unknown;
  onAfterRunSuite?(suite: RunnerTestSuite): unknown;
  onAfterRunFiles?(files: readonly RunnerTestFile[]): unknown;
  onTaskUpdate?(...update: unknown[]): unknown;
}

interface Tried {
  readonly retry: number;
  readonly repeats: number;
}

/** A test of vitest before 4.1, with its clean-up after an attempt; the first of these runs last. */
type Task = RunnerTestCase & { onFinished?: (() => unknown)[] | undefined };

/**
 * The watch by the methods of vitest's runner, for vitest before 4.1, which has no hooks around files and tests.
 *
 * A test is begun and ended by methods that its runner awaits, so its scope is entered, not run.
 */
export class RunnerMethods {
  readonly #watch: VitestWatch;
  readonly #end = Promise.withResolvers<void>();
  /** Attempts that have begun and not ended. */
  readonly #open = new Map<Task, () => Promise<void>>();
  /** The leaks of tests that still run; vitest forgives errors that it sees before. */
  readonly #leaks = new Map<Task, Error[]>();
  #file: RunnerTestFile | undefined;
  #isFound = false;
  #restore = (): void => undefined;

  constructor(watch: VitestWatch) {
    this.#watch = watch;
  }

  /** Finds the runner of the file, which is about to be imported, by the prototype of vitest's runners. */
  find(prototype: Runner): void {
    const { importFile } = prototype;
    const watched = (runner: Runner): void => this.#begin(runner);
    prototype.importFile = function found(path, source): unknown {
      if (source === 'collect') {
        prototype.importFile = importFile;
        watched(this);
      }
      return importFile.call(this, path, source);
    };
  }

  /**
   * Checks before the first test that the file is watched.
   *
   * @throws Error if the project has a runner that isn't built on vitest's
   */
  assertFound(): void {
    if (this.#isFound) return;
    throw new Error('leaklab/vitest needs a test.runner that extends VitestTestRunner of vitest/runners');
  }

  #begin(runner: Runner): void {
    // a setup file that failed may have kept an older file from its import
    if (this.#watch.file.isOver) return;
    this.#isFound = true;
    const before = Object.getOwnPropertyDescriptors(runner);
    const { onBeforeRunSuite, onBeforeRunTask, onBeforeTryTask, onAfterRunTask } = runner;
    const { onAfterRunSuite, onAfterRunFiles, onTaskUpdate } = runner;
    const methods: Partial<Runner> = {
      onBeforeRunSuite: (suite) => {
        const begun = this.#beginSuite(suite, () => onBeforeRunSuite?.call(runner, suite));
        if (isFile(suite)) this.#watch.file.enter();
        return begun;
      },
      onBeforeRunTask: async (task) => {
        await this.#endSkipped();
        await onBeforeRunTask?.call(runner, task);
      },
      onBeforeTryTask: (task, tried) => {
        const result = onBeforeTryTask?.call(runner, task, tried);
        this.#beginTest(task, tried);
        return result;
      },
      onAfterRunTask: (task) => {
        this.#watch.file.enter();
        this.#fail(task);
        return onAfterRunTask?.call(runner, task);
      },
      onAfterRunSuite: async (suite) => {
        if (suite === this.#file) await this.#endFile(this.#file);
        await onAfterRunSuite?.call(runner, suite);
      },
      onAfterRunFiles: (files) => {
        enterAs(undefined);
        this.#restore();
        return onAfterRunFiles?.call(runner, files);
      },
      onTaskUpdate: async (...update) => {
        // vitest empties the lists after the call
        const copied = update.map((each): unknown => (Array.isArray(each) ? [...(each as unknown[])] : each));
        if (this.#isEnding()) await this.#end.promise;
        return onTaskUpdate?.apply(runner, copied);
      },
    };
    this.#restore = () => {
      for (const name of Object.keys(methods) as (keyof Runner)[]) {
        const own = before[name];
        if (own) Object.defineProperty(runner, name, own);
        else Reflect.deleteProperty(runner, name);
      }
    };
    Object.assign(runner, methods);
  }

  async #beginSuite(suite: RunnerTestSuite, before: () => unknown): Promise<void> {
    await before();
    if (!isFile(suite)) return;
    if (suite.mode === 'skip' || suite.mode === 'todo' || suite.result?.state === 'fail') {
      return this.#watch.file.abandon();
    }
    try {
      await this.#watch.begin(suite);
      this.#file = suite;
    } catch (error) {
      // vitest then skips the tests
      failFile(suite, error);
    }
  }

  /** Reports whether the file has ended for vitest and not been checked: until then its result is not to be sent. */
  #isEnding(): boolean {
    const state = this.#file?.result?.state;
    return state !== undefined && state !== 'run' && state !== 'queued';
  }

  #beginTest(task: Task, { retry, repeats }: Tried): void {
    const test = this.#watch.test(task, retry + repeats + 1);
    const end = (): Promise<void> => this.#endTest(task, test);
    this.#open.set(task, end);
    task.onFinished = [end];
    test.enter();
  }

  async #endTest(task: Task, test: VerifiedTest): Promise<void> {
    this.#open.delete(task);
    const hasFailed = task.result?.state === 'fail';
    const verdict = await test.check({
      hasFailed,
      ...this.#watch.failing(task),
    });
    this.#watch.finish(task, test);
    if (verdict?.error) this.#leaks.set(task, [...(this.#leaks.get(task) ?? []), verdict.error]);
  }

  /** Ends tests that skipped themselves, after which vitest 2 calls nothing. */
  async #endSkipped(): Promise<void> {
    for (const [task, end] of this.#open) if (task.mode === 'skip') await end();
  }

  #fail(task: Task): void {
    for (const leak of this.#leaks.get(task) ?? []) this.#watch.fail(task, leak);
    this.#leaks.delete(task);
  }

  async #endFile(file: RunnerTestFile): Promise<void> {
    try {
      for (const end of this.#open.values()) await end();
      for (const task of this.#leaks.keys()) this.#fail(task);
      const error = await this.#watch.end();
      if (error) failFile(file, error);
    } catch (error) {
      failFile(file, error);
    } finally {
      this.#file = undefined;
      this.#end.resolve();
    }
  }
}

function isFile(suite: RunnerTestSuite): suite is RunnerTestFile {
  return 'filepath' in suite;
}

function failFile(file: RunnerTestFile, error: unknown): void {
  const result = (file.result ??= { state: 'fail' });
  result.state = 'fail';
  (result.errors ??= []).push({
    ...plainErrors.of(error instanceof Error ? error : new Error(String(error))),
  });
}
