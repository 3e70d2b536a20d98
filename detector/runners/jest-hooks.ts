import { LeakError } from '../leak-error.ts';
import type { VerifiedFile } from './verified-file.ts';
import type { VerifiedTest } from './verified-test.ts';

type Work = (this: unknown, ...args: unknown[]) => unknown;

/** As much of jest-circus as is used here; @types/jest has none of it. */
interface CircusTest {
  readonly type: 'test';
  readonly name: string;
  readonly parent: CircusBlock;
  readonly concurrent?: boolean;
  /** How often it was begun: more than once with `retryTimes`. */
  readonly invocations: number;
  /** Where it was declared. */
  readonly asyncError?: { readonly stack?: string };
  readonly errors: unknown[];
  fn?: Work;
}

interface CircusBlock {
  readonly type: 'describeBlock';
  readonly name: string;
  readonly parent?: CircusBlock;
  readonly children: readonly (CircusBlock | CircusTest)[];
}

interface CircusHook {
  readonly type: 'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll';
  fn: Work;
}

type CircusEvent =
  | { readonly name: 'run_start' | 'run_finish' }
  | { readonly name: 'hook_start'; readonly hook: CircusHook }
  | { readonly name: 'test_start' | 'test_done'; readonly test: CircusTest };

interface CircusState {
  readonly rootDescribeBlock: CircusBlock;
  readonly unhandledErrors: unknown[];
}

export type CircusHandler = (event: CircusEvent, state: CircusState) => void | Promise<void>;

/**
 * Verifies one file of tests: jest-circus tells its handlers of everything it does, and waits for them.
 *
 * @param handlers those of the file's realm
 */
export function watchFile(file: VerifiedFile, handlers: CircusHandler[]): void {
  const watch = new CircusWatch(file);
  // after jest's own, which stops the clock of a test; before those that tell the reporters what came of it
  handlers.splice(1, 0, (event, state) => watch.hear(event, state));
}

class CircusWatch {
  readonly #file: VerifiedFile;
  readonly #open = new Map<CircusTest, VerifiedTest>();
  readonly #wrapped = new WeakSet<CircusHook>();
  /** The test whose hooks run: those that run beside others have none. */
  #current: CircusTest | undefined;

  constructor(file: VerifiedFile) {
    this.#file = file;
  }

  async hear(event: CircusEvent, state: CircusState): Promise<void> {
    switch (event.name) {
      case 'run_start':
        await this.#file.session.rules();
        this.#wrapTests(state.rootDescribeBlock);
        return this.#file.loaded();
      case 'test_start':
        if (!event.test.concurrent) this.#current = event.test;
        return;
      case 'hook_start':
        return this.#wrapHook(event.hook);
      case 'test_done':
        return this.#checkTest(event.test);
      case 'run_finish': {
        const verdict = await this.#file.check();
        if (verdict?.error) state.unhandledErrors.push(asMessage(verdict.error));
      }
    }
  }

  #wrapTests(block: CircusBlock): void {
    for (const child of block.children) {
      if (child.type === 'describeBlock') this.#wrapTests(child);
      else if (child.fn) child.fn = wrapped(child.fn, (work) => this.#begun(child).run(work));
    }
  }

  #wrapHook(hook: CircusHook): void {
    if (this.#wrapped.has(hook)) return;
    this.#wrapped.add(hook);
    const isOfFile = hook.type === 'beforeAll' || hook.type === 'afterAll';
    hook.fn = wrapped(hook.fn, (work) =>
      isOfFile || !this.#current ? this.#file.run(work) : this.#begun(this.#current).run(work),
    );
  }

  /** A test begins with its first hook. */
  #begun(test: CircusTest): VerifiedTest {
    const known = this.#open.get(test);
    if (known) return known;
    const line = lineOf(test, this.#file.path);
    const begun = this.#file.test({
      name: titlesOf(test),
      ...(line !== undefined && { line }),
      ...(test.invocations > 1 && { attempt: test.invocations }),
    });
    this.#open.set(test, begun);
    return begun;
  }

  async #checkTest(test: CircusTest): Promise<void> {
    const verified = this.#open.get(test);
    this.#open.delete(test);
    if (this.#current === test) this.#current = undefined;
    const verdict = await verified?.check();
    if (verdict?.error) test.errors.push(asMessage(verdict.error));
  }
}

/** jest asks a function how many parameters it has, for `done`; generators are run by jest itself. */
function wrapped(fn: Work, run: (work: () => unknown) => unknown): Work {
  if (fn.constructor.name === 'GeneratorFunction') return fn;
  const standIn: Work = function (...args) {
    return run(() => Reflect.apply(fn, this, args));
  };
  Object.defineProperty(standIn, 'length', { value: fn.length });
  return standIn;
}

/** jest takes the first line that begins with `at` for the end of a message, and shows the source of a stack's first frame. */
function asMessage(error: Error): Error {
  if (!(error instanceof LeakError)) error.stack = `${error.name}: ${error.message}`;
  const inWords = (text: string): string => text.replaceAll(/^(\s*)at (?=.*:\d+:\d+ in )/gm, '$1on ');
  error.message = inWords(error.message);
  error.stack = inWords(error.stack ?? error.message);
  return error;
}

/** Without that of the root, which is jest's. */
function titlesOf({ name, parent }: CircusTest): string[] {
  const titles = [name];
  for (let block: CircusBlock | undefined = parent; block?.parent; block = block.parent)
    titles.unshift(block.name);
  return titles;
}

function lineOf({ asyncError }: CircusTest, path: string): number | undefined {
  const { stack = '' } = asyncError ?? {};
  const frame = stack.split('\n').find((each) => each.includes(path));
  const [, line] = /:(\d+):\d+\)?$/.exec(frame ?? '') ?? [];
  return line === undefined ? undefined : Number(line);
}
