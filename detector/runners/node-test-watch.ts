import { AsyncResource } from 'node:async_hooks';
import type { SuiteContext, TestContext } from 'node:test';
import { runnerIsAround } from '../owner.ts';
import { combineErrors } from './both-told.ts';
import type { Callable } from '../stack.ts';
import type { Session } from './session.ts';
import type { Verdict } from './judge.ts';
import { nameOf } from './unit.ts';
import type { VerifiedFile, VerifiedTest } from './verified-file.ts';

// taken at load, before a test installs fake ones
const { clearInterval, setImmediate, setInterval, setTimeout } = globalThis;

/** ms without a test or a hook at work, until a process that leaks keep alive is taken to be over. */
const idleUntilOver = 2000;

const longest = 2 ** 31 - 1;
/** From 24 on, node:test waits for tests that wait for what does not come: their time-outs are to be told. */
const keepsAlive = Number.parseInt(process.versions.node, 10) >= 24;

/** What node:test makes a resource of. */
interface Runnable extends AsyncResource {
  /** Of a hook. */
  readonly hookType?: 'before' | 'after' | 'beforeEach' | 'afterEach';
}

/** A test has its own, the file that of a test without a parent. */
type Context = TestContext | SuiteContext;

interface Open {
  readonly verified: VerifiedTest;
  readonly context: TestContext;
  /** It has skipped itself, or said that it is to be done: node:test then drops what its hooks throw. */
  isLetOff: boolean;
  /** Of its check, once that has begun. */
  verdict?: Promise<Verdict | undefined>;
}

/**
 * Has node:test verify what it runs: each test with its hooks, and the file.
 *
 * Suites, tests and hooks are resources of `node:async_hooks`, and node:test runs each in its own scope with its
 * context; so all of them pass by here, however the program came by `test`. The end of a test is its last hook.
 */
export class NodeTestWatch {
  readonly #session: Session;
  readonly #open = new Map<object, Open>();
  /** Hooks and tests of our own. */
  readonly #own = new WeakSet<object>();
  #file: VerifiedFile | undefined;
  #isOver = false;
  #hasLeaks = false;
  /** Of tests that node:test does not let fail. */
  readonly #untold: Error[] = [];
  #keptAlive: NodeJS.Timeout | undefined;
  /** Suites and hooks at work. */
  #running = 0;
  #workedAt = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** The file, from its first test on, or from the first that is said of it. */
  get file(): VerifiedFile {
    this.#file ??= this.#session.file(process.argv[1] ?? '');
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
      // within the scope of the resource: the program's own async context stays as it is
      const watched = (...given: unknown[]): unknown =>
        within(this, context, () => Reflect.apply(work as Callable, context, given));
      return Reflect.apply(run, this, [watched, context, ...args]);
    };
  }

  #within({ hookType, constructor: { name } }: Runnable, context: Context, work: () => unknown): unknown {
    // what stands for the file as a whole
    if (context.name === '<root>' && hookType === undefined) return work();
    const isTest = isTestContext(context) && context.name !== '<root>';
    if (isTest && name === 'Test') return this.#begin(context).verified.run(work);
    const open = isTest && hookType === 'beforeEach' ? this.#begin(context) : this.#open.get(context);
    const unit = open?.verified ?? this.file;
    return this.#counted(() => unit.run(work));
  }

  /** Not so tests: they are open until their end, also when they have timed out. */
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

  /** Behind all other hooks of the test: those that it adds later come first. */
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

  /** @throws the leak, of a test that has not failed */
  async #end(open: Open): Promise<void> {
    const { verified, context } = open;
    open.verdict ??= verified.check();
    const leak = (await open.verdict)?.error;
    this.#open.delete(context);
    if (this.#open.size === 0) clearInterval(this.#keptAlive);
    this.#workedAt = performance.now();
    if (!leak) return;
    this.#hasLeaks = true;
    if (open.isLetOff) {
      this.#untold.push(leak);
      return;
    }
    const { error } = context as TestContext & { readonly error: Error | null };
    if (!error) throw leak;
    // of a failed test, node:test drops what its hooks throw
    error.cause = combineErrors(error.cause ?? error, leak);
  }

  #watchEnd(): void {
    const emit = process.emit.bind(process) as (name: string | symbol, ...args: unknown[]) => boolean;
    const standIn = (name: string | symbol, ...args: unknown[]): boolean => {
      if (name !== 'beforeExit' || this.#isOver || !this.#file) return emit(name, ...args);
      if (this.#open.size > 0 && keepsAlive) {
        clearInterval(this.#keptAlive);
        this.#keptAlive = setInterval(() => {}, longest);
        return true;
      }
      // node:test looks back at the file when it hears of it, which it does the next time
      void this.#endFile();
      return true;
    };
    Object.defineProperty(standIn, 'name', { value: 'emit' });
    Object.defineProperty(process, 'emit', { value: standIn, writable: true, configurable: true });
    const look = (): void => {
      const isIdle = this.#running === 0 && this.#open.size === 0 && this.#workedAt > 0;
      if (this.#isOver) return;
      if (this.#hasLeaks && isIdle && performance.now() - this.#workedAt > idleUntilOver) {
        void this.#endFile().then(() => endProcess(emit));
      } else setTimeout(look, idleUntilOver / 4).unref();
    };
    setTimeout(look, idleUntilOver / 4).unref();
  }

  async #endFile(): Promise<void> {
    this.#isOver = true;
    // a turn of the loop, so that Node tells of its end again
    await new Promise((resolve) => setImmediate(resolve));
    for (const open of this.#open.values()) {
      const { verified, context } = open;
      // it waits for what does not come, and node:test is about to say so
      open.verdict ??= verified.check();
      const verdict = await open.verdict;
      if (verdict?.error) context.diagnostic(verdict.error.message);
    }
    this.#open.clear();
    const verdicts = [await this.file.check(), await this.#session.checkRun()];
    const leaks = [...this.#untold, ...verdicts.flatMap((verdict) => verdict?.error ?? [])];
    const { test } = process.getBuiltinModule('node:test');
    for (const leak of leaks) {
      const tell = (): never => {
        throw leak;
      };
      await test(`leaklab: ${nameOf(this.file.answering.identity)}`, this.#ofOurs(tell));
    }
  }
}

/** As `--test-force-exit` does: all that is known has run, and what was told has been written. */
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
