import type { RunnerTestCase, RunnerTestFile } from 'vitest';
import type { Report } from '../../finding.ts';
import { mapPlacesBy } from '../../origin/frame.ts';
import { bornNow } from '../../probes/listeners/target-births.ts';
import type { HowItRan, VerifiedFile, VerifiedTest } from '../verify/verified.ts';
import type { LateFailure, LateFailures } from './late-failures.ts';
import { plainErrors } from './plain-errors.ts';
import { isShared, type SharedWorker } from './shared-worker.ts';
import { TaskUpdates } from './task-updates.ts';

type OfFile = Required<Parameters<VerifiedFile['review']>[0]>;

/** The parts that last as long as a worker. */
export interface OfWorker {
  readonly late: LateFailures;
  readonly shared: SharedWorker;
}

/** The verification of one file of tests, which vitest's hooks or its runner tell of each test. */
export class VitestWatch {
  readonly file: VerifiedFile;
  readonly #ofWorker: OfWorker;
  readonly #worker: unknown;
  readonly #updates: TaskUpdates;
  /** The failures that reporters hear of after the file has finished, because a later file may take them back. */
  readonly #afterFile: (() => void)[] = [];
  #task: RunnerTestFile | undefined;
  #isFinished = false;

  /** @param realm the globals of the file, which in vitest's vm pools are those of a context */
  constructor(file: VerifiedFile, realm: typeof globalThis, ofWorker: OfWorker) {
    this.file = file;
    this.#ofWorker = ofWorker;
    this.#worker = Reflect.get(realm, '__vitest_worker__');
    this.#updates = new TaskUpdates(this.#worker);
    mapPlacesBy(realm.Error);
  }

  /** Begins the file, before its own hooks. */
  async begin(task: RunnerTestFile): Promise<void> {
    this.#task = task;
    this.#updates.begin(task);
    await this.file.judge.rules();
    this.file.loaded();
  }

  /** Ends the file, after its own hooks, fails the tests that leaked, and returns why the file fails. */
  async end(): Promise<Error | undefined> {
    const { judge } = this.file;
    const { late, shared } = this.#ofWorker;
    try {
      if (!this.#canBeClosedLater()) return (await this.file.check())?.error;
      await this.#review();
      return undefined;
    } finally {
      await late.send(this.#updates);
      await this.#updates.release();
      if (!isShared(this.#worker) || !shared.summariseAtEnd(judge, this.#worker)) {
        judge.concludeHeld();
        judge.summarise(this.file.name);
      }
    }
  }

  /** Reports whether a later file may close what this one left. */
  #canBeClosedLater(): boolean {
    const { options, answering } = this.file;
    const { verdict, level } = options;
    return (
      isShared(this.#worker) && verdict !== 'test' && level !== 'counts' && answering.expected.length === 0
    );
  }

  async #review(): Promise<void> {
    const { late, shared } = this.#ofWorker;
    const task = this.#task;
    if (!task) return;
    await shared.review(
      this.file,
      this.#later(task, () => false),
    );
    this.#updates.afterFile(async () => {
      this.#isFinished = true;
      for (const fail of this.#afterFile.splice(0)) fail();
      await late.send(this.#updates);
    });
  }

  /** Fails a test now. */
  fail(task: RunnerTestCase, leak: Error): void {
    this.#ofWorker.late.fail(task, plainErrors.of(leak));
  }

  /** Returns how a test fails when its file ends, and how that is taken back. */
  failing(task: RunnerTestCase): Required<Pick<HowItRan, 'failLater' | 'forgive'>> {
    // its own file alone can close what it made itself
    const isOwn = ({ leaks }: Report): boolean => leaks.some(({ site }) => site?.file === this.file.path);
    const { fail, forgive } = this.#later(task, isOwn);
    return { failLater: fail, forgive };
  }

  /**
   * Returns how a test or a file fails late, and how that is taken back.
   *
   * @param isCertain reports whether reporters may hear of it at once, not only after the file has finished
   */
  #later(task: RunnerTestCase | RunnerTestFile, isCertain: (report: Report) => boolean): OfFile {
    const { late } = this.#ofWorker;
    let failure: LateFailure | undefined;
    return {
      fail: (leak, report) => {
        const fail = (): void => {
          failure = late.fail(task, plainErrors.of(leak));
        };
        if (isCertain(report) || this.#isFinished || !this.#canBeClosedLater()) fail();
        else this.#afterFile.push(fail);
      },
      forgive: () => {
        if (failure) late.forgive(failure);
      },
    };
  }

  /** Holds back that a test has finished, if it is yet to be judged. */
  finish(task: RunnerTestCase, test: VerifiedTest): void {
    if (test.isSuspected) this.#updates.hold(task);
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

/** Returns the path of the file that vitest is about to load, also in vitest 2 without isolation. */
export function pathOfFile(realm: object): string | undefined {
  const worker: unknown = Reflect.get(realm, '__vitest_worker__');
  if (typeof worker !== 'object' || worker === null || !('filepath' in worker)) return undefined;
  return typeof worker.filepath === 'string' ? worker.filepath : undefined;
}

function titlesOf(task: RunnerTestCase): string[] {
  const titles = [task.name];
  for (let suite = task.suite; suite; suite = suite.suite) titles.unshift(suite.name);
  return titles;
}

function lineOf({ location }: RunnerTestCase): { readonly line?: number } {
  return location ? { line: location.line } : {};
}
