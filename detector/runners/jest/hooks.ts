import { LeakError } from '../../report/leak-error.ts';
import type { CircusBlock, CircusEvent, CircusHook, CircusState, CircusTest, Work } from './circus-types.ts';
import { watchConcurrent } from './concurrent.ts';
import type { Circus } from './handlers.ts';
import { JestReruns } from './rerun.ts';
import type { Verdict } from '../verify/judge.ts';
import type { VerifiedFile, VerifiedTest } from '../verify/verified.ts';
import { withoutOurFrames } from '../output/without-our-frames.ts';

/**
 * Verifies one file of tests by a handler of jest-circus, which sends all events to its handlers and awaits them.
 *
 * @param realm the global object of the file
 * @param test jest's function that declares a test in it
 */
export function watchFile(
  file: VerifiedFile,
  realm: object,
  { handlers, state }: Circus,
  test: object,
): void {
  const reruns = new JestReruns(realm);
  const watch = new CircusWatch(file, reruns);
  if (state) watchConcurrent(test, state, watch);
  // after jest's own, which stops the clock of a test; before those that send the outcome to the reporters
  handlers.splice(1, 0, async (event, state) => {
    // another setup file may have added some
    if (event.name === 'run_start') handlers.push(reruns.decide);
    await watch.hear(event, state);
  });
}

class CircusWatch {
  readonly #file: VerifiedFile;
  readonly #reruns: JestReruns;
  readonly #open = new Map<CircusTest, VerifiedTest>();
  readonly #wrapped = new WeakSet<CircusHook>();
  /** The functions that stand in for those of tests. */
  readonly #standIns = new WeakMap<CircusTest, Work>();
  /** The tests that jest started before it declared them. */
  readonly #started = new WeakSet<CircusTest>();
  /** The verdicts on tests that leaked and whose block may run again. */
  readonly #left = new WeakMap<CircusTest, Verdict>();
  /** The test whose hooks run; concurrent tests have no hooks. */
  #current: CircusTest | undefined;

  constructor(file: VerifiedFile, reruns: JestReruns) {
    this.#file = file;
    this.#reruns = reruns;
  }

  async hear(event: CircusEvent, state: CircusState): Promise<void> {
    switch (event.name) {
      case 'run_start':
        await this.#file.judge.rules();
        this.#wrapTests(state.rootDescribeBlock);
        return this.#file.loaded();
      case 'run_describe_start':
        return this.#reruns.allowOneMore();
      case 'run_describe_finish':
        return this.#reruns.restore(event.describeBlock);
      case 'test_retry':
        return this.#reruns.again(event.test);
      case 'test_start':
        if (!event.test.concurrent) this.#current = event.test;
        return;
      case 'hook_start':
        return this.#wrapHook(event.hook);
      case 'hook_failure':
      case 'test_fn_failure':
        return void withoutOurFrames(event.error);
      // a concurrent test of jest 27 has run although it is skipped
      case 'test_skip':
      case 'test_done':
        return this.#checkTest(event.test, state);
      // after the last clean-up, and before jest builds its results
      case 'run_finish': {
        const verdict = await this.#file.check();
        if (verdict?.error) state.unhandledErrors.push(asMessage(verdict.error));
        this.#file.judge.summarise(this.#file.name);
      }
    }
  }

  #wrapTests(block: CircusBlock): void {
    for (const child of block.children) {
      if (child.type === 'describeBlock') this.#wrapTests(child);
      else if (child.fn) {
        child.fn = wrapped(child.fn, (work) => this.begun(child).run(work));
        this.#standIns.set(child, child.fn);
      }
    }
  }

  adopt(test: CircusTest, begun: VerifiedTest): void {
    this.#started.add(test);
    this.#open.set(test, begun);
  }

  /** Reports whether a further run of a test would only wait for the first: up to jest 29 if it is concurrent. */
  #runsOnce(test: CircusTest): boolean {
    return this.#started.has(test) || test.fn !== this.#standIns.get(test);
  }

  #wrapHook(hook: CircusHook): void {
    if (this.#wrapped.has(hook)) return;
    this.#wrapped.add(hook);
    const isOfFile = hook.type === 'beforeAll' || hook.type === 'afterAll';
    hook.fn = wrapped(hook.fn, (work) =>
      isOfFile || !this.#current ? this.#file.run(work) : this.begun(this.#current).run(work),
    );
  }

  /** Returns the verified test, which begins with its first hook. */
  begun(test: CircusTest): VerifiedTest {
    const known = this.#open.get(test);
    if (known) return known;
    const line = lineOf(test, this.#file.path);
    const begun = this.#file.test(
      {
        name: titlesOf(test),
        ...(line !== undefined && { line }),
        ...(test.invocations > 1 && { attempt: test.invocations }),
      },
      this.#reruns.firstRunOf(test) !== undefined,
    );
    this.#open.set(test, begun);
    return begun;
  }

  async #checkTest(test: CircusTest, state: CircusState): Promise<void> {
    const verified = this.#open.get(test);
    this.#open.delete(test);
    if (this.#current === test) this.#current = undefined;
    const first = this.#reruns.firstRunOf(test);
    const left = this.#left.get(test);
    const hasFailed = test.errors.length > 0;
    const canRepeat = !this.#runsOnce(test) && this.#reruns.canRepeat(test, state);
    const failLater = (leak: Error): void => void test.errors.push(asMessage(leak));
    const how = { canRepeat, hasFailed, failLater, ...(first && { first }), ...(left && { left }) };
    const verdict = await verified?.check(how);
    if (verdict?.wantsRerun) return this.#reruns.isUnclear(test, verdict);
    // the test can't run twice, which is no failure
    if (first && hasFailed) test.errors = [];
    if (!verdict?.error) return;
    this.#left.set(test, verdict);
    this.#reruns.hasLeaked(test);
    test.errors.push(asMessage(verdict.error));
  }
}

/** Returns a function that jest takes for the original: a parameter means `done`, and jest runs generators itself. */
function wrapped(fn: Work, run: (work: () => unknown) => unknown): Work {
  if (fn.constructor.name === 'GeneratorFunction') return fn;
  const standIn: Work = function (...args) {
    return run(() => Reflect.apply(fn, this, args));
  };
  Object.defineProperty(standIn, 'length', { value: fn.length });
  return standIn;
}

/** Rewords an error for jest, which takes the first line that begins with `at` for the end of the message. */
function asMessage(error: Error): Error {
  if (!(error instanceof LeakError)) error.stack = `${error.name}: ${error.message}`;
  const inWords = (text: string): string => text.replaceAll(/^(\s*)at (?=.*:\d+:\d+ in )/gm, '$1on ');
  error.message = inWords(error.message);
  error.stack = inWords(error.stack ?? error.message);
  return error;
}

/** Returns the titles from the outermost block to the test, without jest's root. */
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
