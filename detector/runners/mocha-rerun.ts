import type { Test } from './mocha-types.ts';
import type { Verdict } from './judge.ts';

/** Has mocha run a test once more of which too little is known, and no test again because of a leak. */
export class MochaReruns {
  /** What came of the first run of a test that is run again; by the test as it was declared. */
  readonly #first = new Map<Test, Verdict>();

  /** A test begins: whether it is one that runs again, which is no attempt of its own. */
  begins(test: Test): boolean {
    if (!this.#first.has(originOf(test))) return false;
    test.currentRetry(test.currentRetry() - 1);
    test.retries(test.retries() - 1);
    return true;
  }

  /** What came of the first run, of a test that has run again. */
  take(test: Test): Verdict | undefined {
    const first = this.#first.get(originOf(test));
    this.#first.delete(originOf(test));
    return first;
  }

  /** It is to be run again: mocha does if it fails now. */
  isUnclear(test: Test, first: Verdict): void {
    this.#first.set(originOf(test), first);
    // without any, mocha has -1
    test.retries(Math.max(test.retries(), test.currentRetry()) + 1);
  }

  /** What is left is left, whether or not another attempt leaves it again. */
  hasLeaked(test: Test): void {
    test.retries(test.currentRetry());
  }
}

/** mocha runs a copy of it for each attempt. */
function originOf(test: Test): Test {
  return test.retriedTest() ?? test;
}
