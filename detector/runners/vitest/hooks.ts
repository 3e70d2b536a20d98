import '../../engine/refuse-unsupported.ts';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { RunnerTestCase, RunnerTestSuite } from 'vitest';
import { hideFolder } from '../../origin/frame.ts';
import { bornNow } from '../../probes/listeners/target-births.ts';
import type { Verdict } from '../verify/judge.ts';
import { RerunRequest } from '../verify/rerun-request.ts';
import { Session } from '../verify/session.ts';
import { readSettings } from '../verify/settings.ts';
import type { VerifiedFile } from '../verify/verified.ts';
import { LateFailures } from './late-failures.ts';
import { PlainErrors } from './plain-errors.ts';
import { allowAnotherRun, asFirstRun, forgetFirstRun } from './rerun.ts';

export { configureIn, expectLeakIn } from '../verify/test-api.ts';
export { declareTable } from '../verify/test-table.ts';

// vitest's own timers and waits
hideFolder(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));

const settings = readSettings();

/** The session of this worker; no entry can create it, because vitest evaluates the entry for each file of tests. */
export const session = new Session('vitest', {
  ...settings,
  // a worker ends when vitest has decided already, so a run is verified file by file
  per: settings.per === 'test' ? 'test' : 'file',
});

/** The errors of this worker. */
const errors = new PlainErrors();

/** The verification of one file of tests by the hooks of vitest. */
export class VitestWatch {
  readonly #file: VerifiedFile;
  /** The verdicts on tests that run again. */
  readonly #firstRuns = new WeakMap<RunnerTestCase, Verdict>();
  /** Tests that are expected to fail, and must not pass because of a leak. */
  readonly #toFail = new WeakSet<RunnerTestCase>();

  readonly #late: LateFailures;

  /** @param worker the state of vitest's worker */
  constructor(file: VerifiedFile, worker: unknown) {
    this.#file = file;
    this.#late = new LateFailures(worker);
  }

  /** Verifies the file, from before its own hooks until after them. */
  async aroundFile(runSuite: () => Promise<void>, suite: RunnerTestSuite): Promise<void> {
    const file = this.#file;
    await file.judge.rules();
    file.loaded();
    if (file.per === 'test') allowAnotherRun(suite);
    await file.run(runSuite);
    let verdict: Verdict | undefined;
    try {
      verdict = await file.check();
    } finally {
      await this.#late.send();
      file.judge.summarise(file.name);
    }
    if (verdict?.error) throw thrown(verdict.error);
  }

  /** Verifies a test with its own hooks and fixtures; vitest knows already what it threw. */
  async aroundTest(runTest: () => Promise<void>, task: RunnerTestCase): Promise<void> {
    if (this.#toFail.delete(task)) task.fails = true;
    const first = this.#firstRuns.get(task);
    if (first) asFirstRun(task);
    const errorsBefore = task.result?.errors?.length ?? 0;
    const identity = { name: titlesOf(task), ...attemptOf(task), ...lineOf(task) };
    const test = this.#file.test(identity, first !== undefined);
    bornNow(task.context.signal);
    await test.run(runTest);
    const hasFailed = task.result?.state === 'fail';
    const failLater = (leak: Error): void => this.#late.fail(task, errors.of(leak));
    const verdict = await test.check({ canRepeat: true, hasFailed, failLater, ...(first && { first }) });
    if (verdict?.wantsRerun === true) {
      this.#firstRuns.set(task, verdict);
      throw new RerunRequest();
    }
    this.#firstRuns.delete(task);
    if (first && hasFailed && task.result) {
      forgetErrors(task, errorsBefore);
      task.result.state = 'pass';
    }
    if (verdict?.error) this.#fail(task, thrown(verdict.error), errorsBefore);
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

/** Returns an error to throw whose properties vitest's reporters print once. */
function thrown(error: Error): Error {
  return Object.assign(new Error(error.message), errors.of(error));
}

function forgetErrors({ result }: RunnerTestCase, before: number): void {
  result?.errors?.splice(before);
}

function titlesOf(task: RunnerTestCase): string[] {
  const titles = [task.name];
  for (let suite = task.suite; suite; suite = suite.suite) titles.unshift(suite.name);
  return titles;
}

function lineOf({ location }: RunnerTestCase): { readonly line?: number } {
  return location ? { line: location.line } : {};
}

/** Returns the number of the attempt, over attempts of `retry` and rounds of `repeats`. */
function attemptOf({ result }: RunnerTestCase): { readonly attempt?: number } {
  const before = (result?.retryCount ?? 0) + (result?.repeatCount ?? 0);
  return before > 0 ? { attempt: before + 1 } : {};
}
