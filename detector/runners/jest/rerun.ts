import type { CircusBlock, CircusHandler, CircusState, CircusTest } from './circus-types.ts';
import { RerunRequest } from '../verify/rerun-request.ts';
import type { Verdict } from '../verify/judge.ts';

const retryTimes = Symbol.for('RETRY_TIMES');
const retryImmediately = Symbol.for('RETRY_IMMEDIATELY');

/**
 * Reruns of tests in jest: once more for a test that can't be judged, and never because of a leak.
 *
 * jest-circus runs a test again while it has errors and retries remain. So each test gets one retry more than it asks
 * for, and the errors of a test without further tries are put aside until its block ends.
 */
export class JestReruns {
  readonly #realm: object;
  /** The retries that the tests of the running block ask for. */
  #asked = 0;
  #given: number | undefined;
  readonly #aside = new Map<CircusTest, unknown[]>();
  /** The verdicts on first runs of tests that run again. */
  readonly #first = new WeakMap<CircusTest, Verdict>();
  readonly #unclear = new WeakSet<CircusTest>();
  readonly #leaky = new WeakSet<CircusTest>();

  /** @param realm the global object of the tests */
  constructor(realm: object) {
    this.#realm = realm;
  }

  /** Adds a retry for the tests of a block, before jest reads their number. */
  allowOneMore(): void {
    const times: unknown = Reflect.get(this.#realm, retryTimes);
    if (times === this.#given && times !== undefined) return;
    this.#asked = Number.parseInt(String(times), 10) || 0;
    this.#given = this.#asked + 1;
    Reflect.set(this.#realm, retryTimes, this.#given);
    // not after all other tests, which may depend on this one
    if (this.#asked === 0) Reflect.set(this.#realm, retryImmediately, true);
  }

  /** Reports whether jest can run a test again: not if it repeats the test's block as a whole. */
  canRepeat(test: CircusTest, { describeRetryOptions }: CircusState): boolean {
    for (let block: CircusBlock | undefined = test.parent; block; block = block.parent) {
      if (describeRetryOptions?.has(block)) return false;
    }
    return true;
  }

  firstRunOf(test: CircusTest): Verdict | undefined {
    return this.#first.get(test);
  }

  /** Requests another run of a test. */
  isUnclear(test: CircusTest, first: Verdict): void {
    this.#first.set(test, first);
    this.#unclear.add(test);
  }

  /** Notes that a test leaked, so that it has no further tries. */
  hasLeaked(test: CircusTest): void {
    this.#leaky.add(test);
  }

  /** Decides about another run; the last of all handlers, after reporters have their event and before jest decides. */
  readonly decide: CircusHandler = (event, state) => {
    if (event.name !== 'test_done') return;
    const { test } = event;
    if (this.#unclear.has(test)) {
      test.errors = [new RerunRequest()];
    } else if (this.canRepeat(test, state) && this.#hasHadItsTries(test)) {
      this.#aside.set(test, test.errors);
      test.errors = [];
    }
  };

  #hasHadItsTries(test: CircusTest): boolean {
    return test.errors.length > 0 && (this.#leaky.has(test) || test.invocations > this.#asked);
  }

  /** Takes back the count of a run that leaklab requested. */
  again(test: CircusTest): void {
    if (!this.#unclear.delete(test)) return;
    test.invocations -= 1;
    if (test.retryReasons)
      test.retryReasons = test.retryReasons.filter((reason) => !(reason instanceof RerunRequest));
  }

  /** Restores the errors that were put aside, when their block ends. */
  restore(block: CircusBlock): void {
    for (const [test, errors] of this.#aside) {
      if (test.parent !== block) continue;
      test.errors = [...errors, ...test.errors];
      this.#aside.delete(test);
    }
  }
}
