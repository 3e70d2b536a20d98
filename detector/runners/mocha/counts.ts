import type { MochaModule, Runner, Test } from './types.ts';

/**
 * Keeps the counts that reporters print right where a test fails after it has passed.
 *
 * It watches events, which with `--parallel` mocha repeats in another process than the one that runs the test.
 */
export function watchCounts({ prototype }: MochaModule['Runner']): void {
  const { emit } = prototype;
  const runs = new WeakMap<Runner, Passed>();
  prototype.emit = function (event, ...args) {
    const [test, error] = args;
    if (isTest(test)) {
      const run = runs.get(this) ?? new Passed();
      runs.set(this, run);
      if (run.isFailedAfterwards(event, test, error) && this.stats) this.stats.passes -= 1;
    }
    return emit.call(this, event, ...args);
  };
}

/** The tests of a run that have passed, and not failed afterwards. */
class Passed {
  readonly #tests = new Set<string>();
  #isTestRunning = false;

  /** Hears an event, and reports whether it fails a test that has passed and ended. */
  isFailedAfterwards(event: string, test: Test, error: unknown): boolean {
    const key = `${test.file ?? ''}\n${test.fullTitle()}`;
    if (event === 'test') this.#isTestRunning = true;
    if (event === 'test end') this.#isTestRunning = false;
    if (event === 'pass') this.#tests.add(key);
    return event === 'fail' && isLeak(error) && !this.#isTestRunning && this.#tests.delete(key);
  }
}

function isTest(value: unknown): value is Test {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'test';
}

/** Reports whether an error is a leak's; that of another process is no instance of Error. */
function isLeak(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'LeakError';
}
