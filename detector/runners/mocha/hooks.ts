import { AsyncResource } from 'node:async_hooks';
import { join, relative, sep } from 'node:path';
import { unrecorded } from '../../engine/settle.ts';
import { hideFolder } from '../../origin/frame.ts';
import { runnerIsAround } from '../../origin/owner.ts';
import { combineErrors } from '../verify/combine-errors.ts';
import { watchCounts } from './counts.ts';
import { MochaReruns } from './rerun.ts';
import type { Callback, MochaModule, Runnable, Runner, Suite, Test } from './types.ts';
import { RerunRequest } from '../verify/rerun-request.ts';
import type { Session } from '../verify/session.ts';
import type { VerifiedFile, VerifiedTest } from '../verify/verified.ts';
import { withoutOurFrames } from '../output/without-our-frames.ts';
import { checkVerificationOptions, type VerificationOptions } from '../verify/verification-options.ts';

// taken at load, before a test installs fake ones
const { setImmediate } = globalThis;

/** The outcome of the hooks after a test. */
interface AfterEach {
  readonly error?: unknown;
  readonly suite?: Suite | undefined;
}

/**
 * The verification of all that mocha runs: each test with its hooks, and each file.
 *
 * mocha reports a test as passed before the hooks after it. Patched, it runs them first, so that a leaking test fails
 * once and doesn't also count as passed.
 */
export class MochaWatch {
  /** True once the patched mocha ran anything: if not, another copy of mocha runs. */
  hasRun = false;
  /** The file of tests that is being loaded. */
  loading: string | undefined;
  readonly #mocha: MochaModule;
  readonly #session: Session;
  readonly #options = new Map<string, VerificationOptions[]>();
  #file: VerifiedFile | undefined;
  /** The files that have ended and are judged after the root hooks, which may clean up what they left. */
  readonly #ended: VerifiedFile[] = [];
  /** The names of the files that the running runner has begun. */
  readonly #names = new Set<string>();
  readonly #reruns = new MochaReruns();
  #test: { readonly of: Test; readonly verified: VerifiedTest } | undefined;

  constructor(mocha: MochaModule, session: Session) {
    this.#mocha = mocha;
    this.#session = session;
    // mocha's own timers and waits
    for (const name of ['mocha', 'workerpool']) hideFolder(join(`${sep}node_modules`, name));
  }

  /** Changes the options of all tests of a file that is being loaded. */
  configure(file: string, options: VerificationOptions): void {
    checkVerificationOptions(options);
    this.#options.set(file, [...(this.#options.get(file) ?? []), options]);
  }

  start(): void {
    // mocha's own listeners and waits, of each test
    runnerIsAround();
    this.#takeTurnsUnrecorded();
    this.#watchLoading();
    this.#watchRunnables();
    this.#watchTests();
    this.#watchSuites();
    watchCounts(this.#mocha.Runner);
  }

  /** Keeps mocha's own turns, several a test, from costing a stack each. */
  #takeTurnsUnrecorded(): void {
    const { Runner } = this.#mocha;
    const { immediately } = Runner;
    Runner.immediately = (goOn) => unrecorded(() => immediately(goOn));
  }

  #watchLoading(): void {
    const { prototype } = this.#mocha.Suite;
    const { emit } = prototype;
    const loads = (file: unknown): void => {
      this.loading = typeof file === 'string' ? file : undefined;
    };
    prototype.emit = function (event, ...args) {
      if (event === 'pre-require') loads(args[1]);
      if (event === 'post-require') loads(undefined);
      return emit.call(this, event, ...args);
    };
  }

  #watchRunnables(): void {
    const { prototype } = this.#mocha.Runnable;
    const { run } = prototype;
    const within = (runnable: Runnable, work: () => unknown): unknown => this.#runIn(runnable, work);
    prototype.run = function (callback) {
      const { fn } = this;
      // mocha goes on outside of the test's context, also if the test calls `done`
      const back: Callback = AsyncResource.bind((error?: unknown) => {
        if (fn) this.fn = fn;
        callback(withoutOurFrames(error));
      });
      if (fn) {
        const watched = (context: unknown, args: unknown[]): unknown =>
          within(this, () => Reflect.apply(fn, context, args));
        this.fn = function (...args) {
          return watched(this, args);
        };
      }
      run.call(this, back);
    };
  }

  #runIn(runnable: Runnable, work: () => unknown): unknown {
    const isOfTest =
      runnable.type === 'test' || /^"(?:before|after) each"/.test(runnable.originalTitle ?? '');
    const unit = (isOfTest ? this.#test?.verified : undefined) ?? this.#file;
    return unit ? unit.run(work) : work();
  }

  #watchTests(): void {
    const { prototype } = this.#mocha.Runner;
    const { hookDown, hookUp, runTest } = prototype;
    const done = new WeakMap<Runner, AfterEach>();
    const begin = (test: Test): void => {
      this.#test = { of: test, verified: this.#begun(test) };
    };
    const inFile = this.#inFile.bind(this);
    const end = this.#end.bind(this);

    prototype.hookDown = function (name, callback) {
      const { test } = this;
      if (!test) return hookDown.call(this, name, callback);
      inFile(this, fileOf(test), () => {
        begin(test);
        hookDown.call(this, name, callback);
      });
    };

    prototype.runTest = function (callback) {
      runTest.call(this, (error) => {
        const { test } = this;
        if (!test) return callback(error);
        // hooks read both
        if (!test.pending && (error === undefined || test.currentRetry() >= test.retries())) {
          test.state = error === undefined ? 'passed' : 'failed';
          test.err = error;
        }
        hookUp.call(this, 'afterEach', (hookError, suite) => {
          done.set(this, { error: hookError, suite });
          then(end(this, test, error, !test.pending && hookError === undefined), callback);
        });
      });
    };

    prototype.hookUp = function (name, callback) {
      const after = done.get(this);
      if (name !== 'afterEach') return hookUp.call(this, name, callback);
      if (after) {
        done.delete(this);
        return callback(after.error, after.suite);
      }
      // a hook before the test failed or skipped it
      hookUp.call(this, name, (error, suite) => {
        const { test } = this;
        if (!test) return callback(error, suite);
        then(end(this, test, undefined, false), (leak) => {
          if (leak !== undefined) this.fail(test, leak);
          callback(error, suite);
        });
      });
    };
  }

  #begun(test: Test): VerifiedTest {
    const file = this.#file ?? this.#begin(fileOf(test));
    const isAgain = this.#reruns.begins(test);
    const attempt = test.currentRetry() + 1;
    return file.test({ name: test.titlePath(), ...(attempt > 1 && { attempt }) }, isAgain);
  }

  /** Ends a test, and returns the error that mocha reports for it. */
  async #end(runner: Runner, test: Test, failure: unknown, canRepeat: boolean): Promise<unknown> {
    const open = this.#test;
    if (open?.of !== test) return failure;
    this.#test = undefined;
    const first = this.#reruns.take(test);
    const hasFailed = failure !== undefined;
    const failLater = (leak: Error): void => failAgain(runner, test, leak);
    const verdict = await open.verified.check({ canRepeat, hasFailed, failLater, ...(first && { first }) });
    if (verdict?.wantsRerun) {
      this.#reruns.isUnclear(test, verdict);
      return new RerunRequest();
    }
    // the test can't run twice, which is no failure
    const own = first ? undefined : failure;
    const leak = verdict?.error;
    if (!leak) return own;
    this.#reruns.hasLeaked(test);
    return own === undefined ? leak : combineErrors(own, leak);
  }

  #watchSuites(): void {
    const { prototype } = this.#mocha.Runner;
    const { runSuite } = prototype;
    const inFile = this.#inFile.bind(this);
    const begins = (): void => {
      this.hasRun = true;
    };
    const summarise = (): void => this.#session.judge.summarise(this.#onlyName());
    prototype.runSuite = function (suite, callback) {
      if (suite.root) {
        begins();
        // after the reporter's own
        this.once('end', () => summarise());
        return runSuite.call(this, suite, (error) => inFile(this, undefined, () => callback(error)));
      }
      if (!suite.parent?.root) return runSuite.call(this, suite, callback);
      inFile(this, suite.file, () => runSuite.call(this, suite, callback));
    };
  }

  /** Goes on when the file at a path is the verified one; without a path, when every file has ended. */
  #inFile(runner: Runner, path: string | undefined, goOn: () => void): void {
    const isLast = path === undefined;
    if (this.#file?.path === path && !isLast) return goOn();
    then(this.#endFile(runner, isLast), () => {
      if (!isLast) this.#begin(path);
      goOn();
    });
  }

  /** Returns the name of the file if the runner had one alone, as each of --parallel has; begins to count anew. */
  #onlyName(): string | undefined {
    const [name, ...more] = this.#names;
    this.#names.clear();
    return more.length === 0 ? name : undefined;
  }

  #begin(path: string): VerifiedFile {
    this.#file = this.#session.file(path);
    this.#names.add(this.#file.name);
    for (const options of this.#options.get(path) ?? []) this.#file.configure(options);
    return this.#file;
  }

  async #endFile(runner: Runner, isLast: boolean): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file?.options.verdict === 'test') await this.#check(runner, [file]);
    else if (file && (await file.close())) this.#ended.push(file);
    if (!isLast) return;
    await this.#check(runner, this.#ended.splice(0));
    const ofRun = await this.#session.checkRun();
    if (ofRun?.error) this.#failAfter(runner, 'this run', ofRun.error);
  }

  /** Checks files at the same time, so that they share one wait. */
  async #check(runner: Runner, files: readonly VerifiedFile[]): Promise<void> {
    const verdicts = await Promise.all(files.map((file) => file.check()));
    for (const [index, { path }] of files.entries()) {
      const error = verdicts[index]?.error;
      if (error) this.#failAfter(runner, relative(process.cwd(), path), error);
    }
  }

  /** Reports an error as a failed hook after all tests. */
  #failAfter(runner: Runner, title: string, error: Error): void {
    const hook = new this.#mocha.Hook(`"after all" hook: leaklab for ${title}`, () => {});
    hook.parent = runner.suite;
    runner.fail(hook, error);
  }
}

/** Fails a test after its end; if it failed already, its error says both. */
function failAgain(runner: Runner, test: Test, leak: Error): void {
  if (test.state === 'failed' && test.err instanceof Error && combineErrors(test.err, leak) === test.err)
    return;
  runner.fail(test, leak, true);
}

function fileOf({ file, parent }: Test): string {
  return file ?? parent?.file ?? '';
}

/** Calls back outside of the promise, so that an error that mocha throws is uncaught, as without leaklab. */
function then<Value>(promise: Promise<Value>, callback: (value: Value) => void): void {
  const back = AsyncResource.bind(callback);
  promise.then(
    (value) => unrecorded(() => setImmediate(back, value)),
    (error: unknown) =>
      setImmediate(() => {
        throw error;
      }),
  );
}
