import type { RunnerTask, RunnerTestCase } from 'vitest';
import { LeakError } from '../leak-error.ts';
import { RerunRequest } from './not-clear-yet.ts';

/** What a test says of its retries: how many, after which pause, after which errors. */
type Retry = Exclude<RunnerTestCase['retry'], number | undefined>;

/**
 * Lets each test be run once more than it asks for, if we ask for it, and no leak be forgiven by another try; to be
 * called before the first of them, as vitest reads it when a test begins.
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
    // and one more, so that it is asked, and the error that was none can go, when the second run has failed
    count: count + 2,
    condition: (error) => {
      if (error.name === RerunRequest.name) return true;
      forgetFirstRun(task);
      // what was left is left, whether or not the test leaves it again
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

/** The second run begins, and stands for the first, which is no attempt of its own. */
export function asFirstRun({ result }: RunnerTestCase): void {
  if (!result) return;
  result.retryCount = Math.max((result.retryCount ?? 0) - 1, 0);
  result.attempts?.pop();
}

/** The second run is over; before, vitest counts on the errors that it knows. */
export function forgetFirstRun({ result }: RunnerTestCase): void {
  if (result?.errors) result.errors = result.errors.filter(({ name }) => name !== RerunRequest.name);
}
