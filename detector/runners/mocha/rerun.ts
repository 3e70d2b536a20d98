import type { Test } from './types.ts';
import type { Verdict } from '../verify/judge.ts';

/** Reruns of tests in mocha: once more for a test that can't be judged, and never because of a leak. */
export class MochaReruns {
  /** The verdicts on first runs of tests that run again, by the test as it was declared. */
  readonly #first = new Map<Test, Verdict>();

  /** Reports whether a test that begins runs again at our request, and takes back the count of that attempt. */
  begins(test: Test): boolean {
    if (!this.#first.has(originOf(test))) return false;
    test.currentRetry(test.currentRetry() - 1);
    test.retries(test.retries() - 1);
    return true;
  }

  /** Removes and returns the verdict on the first run of a test that ran again. */
  take(test: Test): Verdict | undefined {
    const first = this.#first.get(originOf(test));
    this.#first.delete(originOf(test));
    return first;
  }

  /** Requests another run of a test, which mocha starts if the test fails now. */
  isUnclear(test: Test, first: Verdict): void {
    this.#first.set(originOf(test), first);
    // mocha has -1 for no retries
    test.retries(Math.max(test.retries(), test.currentRetry()) + 1);
  }

  /** Ends the attempts of a test that leaked: no later attempt forgives it. */
  hasLeaked(test: Test): void {
    test.retries(test.currentRetry());
  }
}

/** Returns the test as it was declared: each attempt is a copy. */
function originOf(test: Test): Test {
  return test.retriedTest() ?? test;
}
