import type { RunnerTask, RunnerTestCase } from 'vitest';
import { LeakError } from '../../report/leak-error.ts';
import { RerunRequest } from '../verify/rerun-request.ts';

/** The retry options of a test: the number, the pause before each, and the errors that allow one. */
type Retry = Exclude<RunnerTestCase['retry'], number | undefined>;

/**
 * Allows each test one run more than it asks for, on request, and no other try after a leak.
 *
 * vitest reads the retries of a test when it begins, so this comes before the first test.
 */
export function allowAnotherRun(task: RunnerTask): void {
  if (task.type === 'suite') {
    for (const each of task.tasks) allowAnotherRun(each);
    return;
  }
  const { retry = 0 } = task;
  const own: Retry = typeof retry === 'number' ? { count: retry } : retry;
  const { count = 0, condition } = own;
  let round = 0;
  let left = count;
  task.retry = {
    ...own,
    // one more again: vitest then asks after a failed second run, and the request can be removed from its errors
    count: count + 2,
    condition: (error) => {
      if (error.name === RerunRequest.name) return true;
      forgetFirstRun(task);
      // no later attempt forgives a leak
      if (error.name === LeakError.name) return false;
      const { repeatCount = 0 } = task.result ?? {};
      if (repeatCount !== round) left = count;
      round = repeatCount;
      if (left === 0) return false;
      left -= 1;
      if (condition instanceof RegExp) return condition.test(error.message);
      return condition?.(error) ?? true;
    },
  };
}

/** Counts a second run as the first, which was no attempt. */
export function asFirstRun({ result }: RunnerTestCase): void {
  if (!result) return;
  result.retryCount = Math.max((result.retryCount ?? 0) - 1, 0);
  result.attempts?.pop();
}

/** Removes the request for a second run from a test's errors, after that run: until then vitest counts on them. */
export function forgetFirstRun({ result }: RunnerTestCase): void {
  if (result?.errors) result.errors = result.errors.filter(({ name }) => name !== RerunRequest.name);
}
