import type { CircusBlock, CircusHandler, CircusState, CircusTest } from './jest-circus.ts';
import { RerunRequest } from './not-clear-yet.ts';
import type { Verdict } from './judge.ts';

const retryTimes = Symbol.for('RETRY_TIMES');
const retryImmediately = Symbol.for('RETRY_IMMEDIATELY');

/**
 * Has jest run a test once more of which too little is known, and no test again because of a leak.
 *
 * jest-circus runs a test again while it has errors and retries are left. So it is given one retry more than was asked
 * for, and the errors of a test that has had its tries are put aside until its block is over.
 */
export class JestReruns {
  readonly #realm: object;
  /** What the tests of the block that runs ask for. */
  #asked = 0;
  #given: number | undefined;
  readonly #aside = new Map<CircusTest, unknown[]>();
  /** What came of the first run of a test that is run again. */
  readonly #first = new WeakMap<CircusTest, Verdict>();
  readonly #unclear = new WeakSet<CircusTest>();
  readonly #leaky = new WeakSet<CircusTest>();

  /** @param realm the global object of the tests */
  constructor(realm: object) {
    this.#realm = realm;
  }

  /** The tests of a block are about to run, and jest is about to look how often. */
  allowOneMore(): void {
    const times: unknown = Reflect.get(this.#realm, retryTimes);
    if (times === this.#given && times !== undefined) return;
    this.#asked = Number.parseInt(String(times), 10) || 0;
    this.#given = this.#asked + 1;
    Reflect.set(this.#realm, retryTimes, this.#given);
    // else when all others have run, which may count on what this one does
    if (this.#asked === 0) Reflect.set(this.#realm, retryImmediately, true);
  }

  /** Not where a block is run again as a whole: jest runs none of its tests by itself. */
  canRepeat(test: CircusTest, { describeRetryOptions }: CircusState): boolean {
    for (let block: CircusBlock | undefined = test.parent; block; block = block.parent) {
      if (describeRetryOptions?.has(block)) return false;
    }
    return true;
  }

  firstRunOf(test: CircusTest): Verdict | undefined {
    return this.#first.get(test);
  }

  /** It is to be run again. */
  isUnclear(test: CircusTest, first: Verdict): void {
    this.#first.set(test, first);
    this.#unclear.add(test);
  }

  /** It has left something, which no other try forgives. */
  hasLeaked(test: CircusTest): void {
    this.#leaky.add(test);
  }

  /** To be behind all other handlers: jest and its reporters have heard of the test, and jest decides next. */
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

  /** It begins again: if we have asked for it, that is no try of its own. */
  again(test: CircusTest): void {
    if (!this.#unclear.delete(test)) return;
    test.invocations -= 1;
    if (test.retryReasons)
      test.retryReasons = test.retryReasons.filter((reason) => !(reason instanceof RerunRequest));
  }

  /** A block is over: what has failed in it has failed. */
  restore(block: CircusBlock): void {
    for (const [test, errors] of this.#aside) {
      if (test.parent !== block) continue;
      test.errors = [...errors, ...test.errors];
      this.#aside.delete(test);
    }
  }
}
