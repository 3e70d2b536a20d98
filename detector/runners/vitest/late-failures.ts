import type { RunnerTask, RunnerTestCase, RunnerTestFile } from 'vitest';
import type { PlainError } from './plain-errors.ts';
import type { TaskUpdates } from './task-updates.ts';

type Failed = RunnerTestCase | RunnerTestFile;
type State = NonNullable<RunnerTask['result']>['state'];

/** The outcome of a task without the failures that were added after its end. */
interface Before {
  readonly state: State;
  readonly mode: RunnerTask['mode'];
}

/** A failure that can be taken back. */
export interface LateFailure {
  readonly task: Failed;
  readonly errors: readonly PlainError[];
}

/** The tests and files of a worker that fail after vitest has sent their results. */
export class LateFailures {
  readonly #changed = new Set<RunnerTask>();
  readonly #before = new Map<Failed, Before>();
  readonly #failures = new Set<LateFailure>();
  /** The number of tests that failed since the last results were sent. */
  #fresh = 0;

  /** Fails a test, or a file, and with it the suites around it. */
  fail(task: Failed, error: PlainError): LateFailure {
    const failure = { task, errors: [{ ...error }, { ...error }] };
    const [own, ofAttempt] = failure.errors;
    const { result, mode } = task;
    if (!result || !own || !ofAttempt) return failure;
    this.#failures.add(failure);
    if (!this.#before.has(task)) this.#before.set(task, { state: result.state, mode });
    if (task.type === 'test' && result.state !== 'fail') this.#fresh += 1;
    if (mode === 'skip') task.mode = 'run';
    (result.errors ??= []).push(own);
    // its reporters print the errors of the attempts
    const attempt = result.attempts?.at(-1);
    if (attempt) Object.assign(attempt, { state: 'fail', errors: [...(attempt.errors ?? []), ofAttempt] });
    for (const each of [task, ...suitesAround(task)]) this.#become('fail', each);
    return failure;
  }

  /** Takes a failure back. */
  forgive(failure: LateFailure): void {
    const { task, errors } = failure;
    const { result } = task;
    const before = this.#before.get(task);
    if (!this.#failures.delete(failure) || !result || !before) return;
    const isOurs = (error: unknown): boolean => errors.some((own) => own === error);
    result.errors = (result.errors ?? []).filter((error) => !isOurs(error));
    const attempt = result.attempts?.at(-1);
    if (attempt) Object.assign(attempt, { errors: attempt.errors?.filter((error) => !isOurs(error)) });
    if ([...this.#failures].every((other) => other.task !== task)) {
      this.#before.delete(task);
      task.mode = before.mode;
      if (attempt) Object.assign(attempt, { state: before.state });
      if (task.type === 'test') this.#become(before.state, task);
    }
    for (const suite of suitesAround(task)) this.#become(sumOf(suite), suite);
  }

  #become(state: State, task: RunnerTask): void {
    if (!task.result) return;
    task.result.state = state;
    this.#changed.add(task);
  }

  /** Sends the changed results. */
  async send(updates: TaskUpdates): Promise<void> {
    // vitest 2 prints a file each time that its result comes
    const changed = [...this.#changed].filter((task) => task !== updates.runningFile);
    const packs = changed.map(({ id, result, meta }) => [id, result, meta]);
    const fresh = this.#fresh;
    this.#changed.clear();
    this.#fresh = 0;
    if (packs.length > 0) await updates.send(packs, fresh);
  }
}

/** Returns the suites around a task, up to its file; a file is around itself. */
function suitesAround(task: RunnerTask): Exclude<RunnerTask, RunnerTestCase>[] {
  const suites = [];
  for (let { suite } = task; suite; suite = suite.suite) suites.push(suite);
  return [...new Set([...suites, task.file])];
}

/** Returns the state of a suite by its own errors and its tasks. */
function sumOf({ result, tasks }: Exclude<RunnerTask, RunnerTestCase>): State {
  const hasFailed = tasks.some((task) => task.result?.state === 'fail');
  return hasFailed || (result?.errors?.length ?? 0) > 0 ? 'fail' : 'pass';
}
