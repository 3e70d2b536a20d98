import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import type { RunnerTestCase, RunnerTestSuite } from 'vitest';
import { hideFolder } from '../frame.ts';
import { RerunRequest } from './not-clear-yet.ts';
import { Session } from './session.ts';
import { readSettings } from './settings.ts';
import type { VerifiedFile } from './verified-file.ts';
import type { TestVerdict } from './verified-test.ts';
import { allowAnotherRun, asFirstRun, forgetFirstRun } from './vitest-rerun.ts';

export { configureIn, expectLeak } from './beside-tests.ts';
export { declareTable } from './table.ts';

// its own timers and waits are nobody's
hideFolder(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));

const settings = readSettings();

/** One for each worker: a worker that is not isolated runs many files. */
export const session = new Session('vitest', {
  ...settings,
  // the end of a worker comes when vitest has made up its mind, so a run is verified file by file
  per: settings.per === 'test' ? 'test' : 'file',
});

/** Verifies a file, from before its own hooks until after them. */
export async function aroundFile(
  file: VerifiedFile,
  runSuite: () => Promise<void>,
  suite: RunnerTestSuite,
): Promise<void> {
  await session.rules();
  file.loaded();
  if (file.per === 'test') allowAnotherRun(suite);
  await file.run(runSuite);
  const verdict = await file.check();
  if (verdict?.error) throw verdict.error;
}

/** What came of the first run of a test that is run again. */
const firstRuns = new WeakMap<RunnerTestCase, TestVerdict>();
/** Tests that are to fail, and of which vitest must not take a leak for that failure. */
const toFail = new WeakSet<RunnerTestCase>();

/** Verifies a test with its own hooks and fixtures; what it has thrown, vitest knows already. */
export async function aroundTest(
  file: VerifiedFile,
  runTest: () => Promise<void>,
  task: RunnerTestCase,
): Promise<void> {
  if (toFail.delete(task)) task.fails = true;
  const first = firstRuns.get(task);
  if (first) asFirstRun(task);
  const errorsBefore = task.result?.errors?.length ?? 0;
  const test = file.test({ name: titlesOf(task), ...attemptOf(task), ...lineOf(task) }, first !== undefined);
  await test.run(runTest);
  const hasFailed = task.result?.state === 'fail';
  const verdict = await test.check({ canRepeat: true, hasFailed, ...(first && { first }) });
  if (verdict?.wantsRerun) {
    firstRuns.set(task, verdict);
    throw new RerunRequest();
  }
  firstRuns.delete(task);
  if (first && hasFailed && task.result) {
    forgetErrors(task, errorsBefore);
    task.result.state = 'pass';
  }
  if (verdict?.error) fail(task, verdict.error, errorsBefore);
  if (first) forgetFirstRun(task);
}

/** @throws the leak, in a way that no expectation of a failure takes it for that */
function fail(task: RunnerTestCase, leak: Error, errorsBefore: number): never {
  // skipped while it ran: vitest forgets the errors of such a test
  if (task.result?.state === 'skip') Reflect.set(task.result, 'pending', false);
  if (!task.fails) throw leak;
  toFail.add(task);
  task.fails = false;
  const hasFailed = task.result?.state === 'fail';
  forgetErrors(task, errorsBefore);
  if (hasFailed) throw leak;
  throw new AggregateError([new Error('Expect test to fail'), leak]);
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

/** Counts attempts of `retry`, and rounds of `repeats`. */
function attemptOf({ result }: RunnerTestCase): { readonly attempt?: number } {
  const before = (result?.retryCount ?? 0) + (result?.repeatCount ?? 0);
  return before > 0 ? { attempt: before + 1 } : {};
}
