import type { RunnerTask, RunnerTestCase } from 'vitest';
import type { PlainError } from './plain-errors.ts';

/** The part of vitest's worker that sends the results of tasks to its reporters. */
interface Worker {
  readonly rpc: { onTaskUpdate(packs: readonly unknown[], events: readonly unknown[]): Promise<unknown> };
}

/** The tests that fail when their file ends, after vitest has sent their results. */
export class LateFailures {
  readonly #worker: unknown;
  readonly #changed = new Set<RunnerTask>();

  /** @param worker the state of vitest's worker */
  constructor(worker: unknown) {
    this.#worker = worker;
  }

  /** Fails a test, and with it the suites around it; the file's result is still to come. */
  fail(task: RunnerTestCase, error: PlainError): void {
    const { result } = task;
    if (!result) return;
    result.state = 'fail';
    if (task.mode === 'skip') task.mode = 'run';
    (result.errors ??= []).push({ ...error });
    // its reporters print the errors of the attempts
    const attempt = result.attempts?.at(-1);
    if (attempt) Object.assign(attempt, { state: 'fail', errors: [...(attempt.errors ?? []), { ...error }] });
    this.#changed.add(task);
    for (let { suite } = task; suite; suite = suite.suite) {
      if (suite.result) suite.result.state = 'fail';
      this.#changed.add(suite);
    }
    // vitest sends it after this
    if (task.file.result) task.file.result.state = 'fail';
  }

  /**
   * Sends the changed results.
   *
   * @throws Error if this vitest has no way to send them
   */
  async send(): Promise<void> {
    if (this.#changed.size === 0) return;
    const packs = [...this.#changed].map(({ id, result, meta }) => [id, result, meta]);
    this.#changed.clear();
    if (!isWorker(this.#worker)) {
      throw new Error('this vitest can fail no test after its end: set "verdict": "test" in leaklab.json');
    }
    await this.#worker.rpc.onTaskUpdate(packs, []);
  }
}

function isWorker(worker: unknown): worker is Worker {
  return typeof worker === 'object' && worker !== null && 'rpc' in worker;
}
