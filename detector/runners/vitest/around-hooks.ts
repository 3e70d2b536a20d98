import type { RunnerTestCase, RunnerTestSuite } from 'vitest';
import type { Verdict } from '../verify/judge.ts';
import { RerunRequest } from '../verify/rerun-request.ts';
import { plainErrors } from './plain-errors.ts';
import { allowAnotherRun, asFirstRun, forgetFirstRun } from './rerun.ts';
import type { VitestWatch } from './vitest-watch.ts';

/** The watch by `aroundAll` and `aroundEach`, which vitest has since 4.1. */
export class AroundHooks {
  readonly #watch: VitestWatch;
  /** The verdicts on tests that run again. */
  readonly #firstRuns = new WeakMap<RunnerTestCase, Verdict>();
  /** Tests that are expected to fail, and must not pass because of a leak. */
  readonly #toFail = new WeakSet<RunnerTestCase>();

  constructor(watch: VitestWatch) {
    this.#watch = watch;
  }

  /** Verifies the file, from before its own hooks until after them. */
  async aroundFile(runSuite: () => Promise<void>, suite: RunnerTestSuite): Promise<void> {
    const { file } = this.#watch;
    await this.#watch.begin(suite.file);
    if (file.per === 'test') allowAnotherRun(suite);
    await file.run(runSuite);
    const error = await this.#watch.end();
    if (error) throw plainErrors.thrown(error);
  }

  /** Verifies a test with its own hooks and fixtures; vitest knows already what it threw. */
  async aroundTest(runTest: () => Promise<void>, task: RunnerTestCase): Promise<void> {
    if (this.#toFail.delete(task)) task.fails = true;
    const first = this.#firstRuns.get(task);
    if (first) asFirstRun(task);
    const errorsBefore = task.result?.errors?.length ?? 0;
    const test = this.#watch.test(task, attemptOf(task), first !== undefined);
    await test.run(runTest);
    const hasFailed = task.result?.state === 'fail';
    const verdict = await test.check({
      canRepeat: true,
      hasFailed,
      ...this.#watch.failing(task),
      ...(first && { first }),
    });
    this.#watch.finish(task, test);
    if (verdict?.wantsRerun === true) {
      this.#firstRuns.set(task, verdict);
      throw new RerunRequest();
    }
    this.#firstRuns.delete(task);
    if (first && hasFailed && task.result) {
      forgetErrors(task, errorsBefore);
      task.result.state = 'pass';
    }
    if (verdict?.error) this.#fail(task, plainErrors.thrown(verdict.error), errorsBefore);
    if (first) forgetFirstRun(task);
  }

  /**
   * Fails a test by its leak, also one that is expected to fail.
   *
   * @throws the leak
   */
  #fail(task: RunnerTestCase, leak: Error, errorsBefore: number): never {
    // skipped while it ran: vitest forgets the errors of such a test
    if (task.result?.state === 'skip') Reflect.set(task.result, 'pending', false);
    if (!task.fails) throw leak;
    this.#toFail.add(task);
    task.fails = false;
    const hasFailed = task.result?.state === 'fail';
    forgetErrors(task, errorsBefore);
    if (hasFailed) throw leak;
    throw new AggregateError([new Error('Expect test to fail'), leak]);
  }
}

function forgetErrors({ result }: RunnerTestCase, before: number): void {
  result?.errors?.splice(before);
}

function attemptOf({ result }: RunnerTestCase): number {
  return (result?.retryCount ?? 0) + (result?.repeatCount ?? 0) + 1;
}
