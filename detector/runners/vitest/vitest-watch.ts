import type { RunnerTestCase } from 'vitest';
import { mapPlacesBy } from '../../origin/frame.ts';
import { bornNow } from '../../probes/listeners/target-births.ts';
import type { VerifiedFile, VerifiedTest } from '../verify/verified.ts';
import { LateFailures } from './late-failures.ts';
import { plainErrors } from './plain-errors.ts';

/** The verification of one file of tests, which vitest's hooks or its runner tell of each test. */
export class VitestWatch {
  readonly file: VerifiedFile;
  readonly #late: LateFailures;

  /** @param realm the globals of the file, which in vitest's vm pools are those of a context */
  constructor(file: VerifiedFile, realm: typeof globalThis) {
    this.file = file;
    this.#late = new LateFailures(Reflect.get(realm, '__vitest_worker__'));
    mapPlacesBy(realm.Error);
  }

  /** Begins the file, before its own hooks. */
  async begin(): Promise<void> {
    await this.file.judge.rules();
    this.file.loaded();
  }

  /** Ends the file, after its own hooks, fails the tests that leaked, and returns why the file fails. */
  async end(): Promise<Error | undefined> {
    try {
      return (await this.file.check())?.error;
    } finally {
      await this.#late.send();
      this.file.judge.summarise(this.file.name);
    }
  }

  /** Fails a test after its end. */
  fail(task: RunnerTestCase, leak: Error): void {
    this.#late.fail(task, plainErrors.of(leak));
  }

  /**
   * Begins a test, before its own hooks and fixtures.
   *
   * @param attempt the number of the attempt, from 1, over attempts of `retry` and rounds of `repeats`
   */
  test(task: RunnerTestCase, attempt: number, isAgain = false): VerifiedTest {
    const identity = { name: titlesOf(task), ...(attempt > 1 && { attempt }), ...lineOf(task) };
    const test = this.file.test(identity, isAgain);
    bornNow(task.context.signal);
    return test;
  }
}

function titlesOf(task: RunnerTestCase): string[] {
  const titles = [task.name];
  for (let suite = task.suite; suite; suite = suite.suite) titles.unshift(suite.name);
  return titles;
}

function lineOf({ location }: RunnerTestCase): { readonly line?: number } {
  return location ? { line: location.line } : {};
}
