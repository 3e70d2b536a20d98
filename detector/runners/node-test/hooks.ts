import { AsyncResource } from 'node:async_hooks';
import { resolve } from 'node:path';
import type { SuiteContext, TestContext } from 'node:test';
import { runnerIsAround } from '../../origin/owner.ts';
import { bornNow } from '../../probes/listeners/target-births.ts';
import { combineErrors } from '../verify/combine-errors.ts';
import type { Callable } from '../../origin/capture.ts';
import type { Session } from '../verify/session.ts';
import type { Verdict } from '../verify/judge.ts';
import { nameOf } from '../verify/verification.ts';
import type { VerifiedFile, VerifiedTest } from '../verify/verified.ts';

// taken at load, before a test installs fake ones
const { clearInterval, setImmediate, setInterval, setTimeout } = globalThis;

/** The time in ms without tests and hooks after which a process that only leaks keep alive is ended. */
const idleUntilOver = 2000;

const longest = 2 ** 31 - 1;
/** From 24 on, node:test waits for tests that never settle, and reports their time-outs. */
const keepsAlive = Number.parseInt(process.versions.node, 10) >= 24;

/** A test, a suite or a hook, which are async resources in node:test. */
interface Runnable extends AsyncResource {
  /** The kind of a hook; absent for a test or a suite. */
  readonly hookType?: 'before' | 'after' | 'beforeEach' | 'afterEach';
}

/** The context of a test or a suite; that of the file is a test's without a parent. */
type Context = TestContext | SuiteContext;

interface Open {
  readonly verified: VerifiedTest;
  readonly context: TestContext;
  /** True if the test called `skip` or `todo`: node:test then drops errors of its hooks. */
  isLetOff: boolean;
  /** The verdict of its check, once that has begun. */
  verdict?: Promise<Verdict | undefined>;
}

/**
 * The verification of all that node:test runs: each test with its hooks, and the file.
 *
 * node:test runs each suite, test and hook in the scope of an async resource, with its context. So a patch of that
 * scope sees all of them, however the program imported `test`. A test ends with its last hook.
 */
export class NodeTestWatch {
  readonly #session: Session;
  readonly #open = new Map<object, Open>();
  /** The hooks and tests that leaklab adds. */
  readonly #own = new WeakSet<object>();
  #file: VerifiedFile | undefined;
  #isOver = false;
  #hasLeaks = false;
  /** The leaks of tests that node:test doesn't let fail. */
  readonly #unreported: Error[] = [];
  /** The leaks of tests that were judged when the file ended: node:test fails no test then. */
  readonly #late: Error[] = [];
  #keptAlive: NodeJS.Timeout | undefined;
  /** The number of suites and hooks that run. */
  #running = 0;
  #workedAt = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Returns the file, which begins with its first test or its first `configure()`. */
  get file(): VerifiedFile {
    this.#file ??= this.#session.file(pathOfTests());
    return this.#file;
  }

  start(): void {
    runnerIsAround();
    this.#watchRunnables();
    this.#watchEnd();
  }

  #watchRunnables(): void {
    type Run = (this: AsyncResource, work: object, context: unknown, ...args: unknown[]) => unknown;
    const prototype = AsyncResource.prototype as unknown as { runInAsyncScope: Run };
    const { runInAsyncScope: run } = prototype;
    const within = this.#within.bind(this);
    const isOwn = (work: object): boolean => this.#own.has(work);
    prototype.runInAsyncScope = function runInAsyncScope(work, context, ...args) {
      if (!isRunnable(this) || !isContext(context) || isOwn(work))
        return Reflect.apply(run, this, [work, context, ...args]);
      // within the scope of the resource, which keeps the program's async context
      const watched = (...given: unknown[]): unknown =>
        within(this, context, () => Reflect.apply(work as Callable, context, given));
      return Reflect.apply(run, this, [watched, context, ...args]);
    };
  }

  #within({ hookType, constructor: { name } }: Runnable, context: Context, work: () => unknown): unknown {
    // the root stands for the file as a whole
    if (context.name === '<root>' && hookType === undefined) return work();
    const isTest = isTestContext(context) && context.name !== '<root>';
    if (isTest && name === 'Test') return this.#begin(context).verified.run(work);
    const open = isTest && hookType === 'beforeEach' ? this.#begin(context) : this.#open.get(context);
    const unit = open?.verified ?? this.file;
    return this.#counted(() => unit.run(work));
  }

  /** Counts a suite or hook while it runs; tests are counted as open until they end. */
  #counted(work: () => unknown): unknown {
    this.#running += 1;
    const over = (): void => {
      this.#running -= 1;
      this.#workedAt = performance.now();
    };
    let result: unknown;
    try {
      result = work();
    } catch (error) {
      over();
      throw error;
    }
    if (result instanceof Promise) result.then(over, over);
    else over();
    return result;
  }

  #begin(context: TestContext): Open {
    const known = this.#open.get(context);
    if (known) return known;
    const { name, fullName, filePath } = context;
    const identity = { name: titlesOf(fullName, name), ...(filePath !== undefined && { file: filePath }) };
    const open: Open = { verified: this.file.test(identity), context, isLetOff: false };
    bornNow(context.signal);
    this.#open.set(context, open);
    for (const name of ['skip', 'todo'] as const) {
      const real = context[name].bind(context);
      context[name] = (message) => {
        open.isLetOff = true;
        real(message);
      };
    }
    this.#atEnd(open);
    return open;
  }

  /** Checks a test after all its other hooks, also those that it adds later. */
  #atEnd(open: Open): void {
    const { context } = open;
    const after = context.after.bind(context);
    let isLast = true;
    const check = this.#ofOurs(() => {
      if (isLast) return this.#end(open);
      isLast = true;
      after(check);
    });
    after(check);
    context.after = (...args) => {
      isLast = false;
      after(...args);
    };
  }

  #ofOurs<Work extends object>(work: Work): Work {
    this.#own.add(work);
    return work;
  }

  /**
   * Ends a test.
   *
   * @throws the leak, if the test passed
   */
  async #end(open: Open): Promise<void> {
    const { verified, context } = open;
    open.verdict ??= verified.check({ failLater: (late) => void this.#late.push(late) });
    const leak = (await open.verdict)?.error;
    this.#open.delete(context);
    if (this.#open.size === 0) clearInterval(this.#keptAlive);
    this.#workedAt = performance.now();
    if (!leak) return;
    this.#hasLeaks = true;
    if (open.isLetOff) {
      this.#unreported.push(leak);
      return;
    }
    const { error } = context as TestContext & { readonly error: Error | null };
    if (!error) throw leak;
    // node:test drops errors of a failed test's hooks
    error.cause = combineErrors(error.cause ?? error, leak);
  }

  #watchEnd(): void {
    const emit = process.emit.bind(process) as (name: string | symbol, ...args: unknown[]) => boolean;
    const standIn = (name: string | symbol, ...args: unknown[]): boolean => {
      // after the reporter's last words
      if (name === 'exit' && this.#file) this.#file.judge.summarise(this.#file.name);
      if (name !== 'beforeExit' || this.#isOver || !this.#file) return emit(name, ...args);
      if (this.#open.size > 0 && keepsAlive) {
        clearInterval(this.#keptAlive);
        this.#keptAlive = setInterval(() => {}, longest);
        return true;
      }
      // held back from node:test, which ends the file at the next `beforeExit`
      void this.#endFile();
      return true;
    };
    Object.defineProperty(standIn, 'name', { value: 'emit' });
    Object.defineProperty(process, 'emit', { value: standIn, writable: true, configurable: true });
    const look = (): void => {
      const isIdle = this.#running === 0 && this.#open.size === 0 && this.#workedAt > 0;
      if (this.#isOver) return;
      const hasLeaks = this.#hasLeaks || (this.#file?.suspects.size ?? 0) > 0;
      if (hasLeaks && isIdle && performance.now() - this.#workedAt > idleUntilOver) {
        void this.#endFile().then(() => endProcess(emit));
      } else setTimeout(look, idleUntilOver / 4).unref();
    };
    setTimeout(look, idleUntilOver / 4).unref();
  }

  async #endFile(): Promise<void> {
    this.#isOver = true;
    // a turn of the loop, so that Node emits `beforeExit` again
    await new Promise((resolve) => setImmediate(resolve));
    for (const open of this.#open.values()) {
      const { verified, context } = open;
      // it never settles, and node:test is about to report that
      open.verdict ??= verified.check();
      const verdict = await open.verdict;
      if (verdict?.error) context.diagnostic(verdict.error.message);
    }
    this.#open.clear();
    const verdicts = [await this.file.check(), await this.#session.checkRun()];
    const ofFile = verdicts.flatMap((verdict) => verdict?.error ?? []);
    const leaks = [...this.#unreported, ...together(this.#late), ...ofFile];
    const { test } = process.getBuiltinModule('node:test');
    for (const leak of leaks) {
      const fail = (): never => {
        throw leak;
      };
      await test(`leaklab: ${nameOf(this.file.answering.identity)}`, this.#ofOurs(fail));
    }
  }
}

/** Returns the path of the program; with `--test-isolation=none`, where it is one of many files, the working folder. */
function pathOfTests(): string {
  return process.execArgv.includes('--test') ? process.cwd() : resolve(process.argv[1] ?? '');
}

/** Returns one error that names all the tests that leaked. */
function together(leaks: readonly Error[]): readonly Error[] {
  if (leaks.length < 2) return leaks;
  const all = new Error(
    `${leaks.length} tests leaked\n\n${leaks.map(({ message }) => message).join('\n\n')}`,
  );
  all.name = 'LeakError';
  all.stack = `${all.name}: ${all.message}`;
  return [all];
}

/** Ends the process as `--test-force-exit` does, after all output is written. */
function endProcess(emit: (name: string, ...args: unknown[]) => boolean): void {
  emit('beforeExit', process.exitCode ?? 0);
  let turns = 20;
  const next = (): void => {
    turns -= 1;
    if (turns > 0) setImmediate(next);
    else process.stdout.write('', () => process.exit());
  };
  next();
}

const classes = new Set(['Test', 'TestHook', 'Suite']);

function isRunnable(resource: AsyncResource): resource is Runnable {
  return classes.has(resource.constructor.name);
}

function isContext(context: unknown): context is Context {
  const name = typeof context === 'object' && context !== null ? context.constructor.name : '';
  return name === 'TestContext' || name === 'SuiteContext';
}

function isTestContext(context: Context): context is TestContext {
  return context.constructor.name === 'TestContext';
}

function titlesOf(fullName: string, name: string): string[] {
  const around = fullName.slice(0, -name.length).split(' > ').slice(0, -1);
  return [...around, name];
}
