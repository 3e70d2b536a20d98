/**
 * mocha: `mocha --require leaklab/mocha`.
 *
 * @packageDocumentation
 */
import '../../engine/refuse-unsupported.ts';
import { configureIn, expectLeakIn } from '../verify/test-api.ts';
import type { ExpectedLeak } from '../verify/expected-leak.ts';
import { MochaWatch } from './hooks.ts';
import { runningMocha } from './running-mocha.ts';
import { Session } from '../verify/session.ts';
import { declareTable } from '../verify/test-table.ts';
import type { VerificationOptions } from '../verify/verification-options.ts';

export type { ExpectedLeak } from '../verify/expected-leak.ts';
export type { VerificationOptions } from '../verify/verification-options.ts';

const mocha = runningMocha();
const session = new Session('mocha');
const watch = new MochaWatch(mocha, session);
watch.start();

/** The root hooks of mocha, which report unusable settings before the first test. */
export const mochaHooks = {
  /**
   * Checks mocha and the policy.
   *
   * @throws Error if another copy of mocha runs
   */
  async beforeAll(): Promise<void> {
    if (!watch.hasRun) {
      throw new Error(
        'leaklab/mocha loaded another copy of mocha than the one that runs: install both in the same project',
      );
    }
    await session.judge.rules();
  },
};

/**
 * Configures the test in which it is called; outside of a test, all tests of the file that is being loaded.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function configure(options: VerificationOptions): void {
  if (watch.loading === undefined || session.judge.current()) configureIn(session, options);
  else watch.configure(watch.loading, options);
}

/**
 * Expects a leak: the test fails unless it leaks, and the leak is tolerated.
 *
 * @throws TypeError outside of a test, or if a part is unknown or of the wrong type
 */
export function expectLeak(leak: ExpectedLeak = {}): void {
  expectLeakIn(session, leak, expectLeak);
}

/** Declares a verified test for each case. */
export function table<Case>(
  title: string,
  cases: Iterable<Case>,
  work: (each: Case, index: number) => unknown,
): void {
  declareTable((name, run) => mocha.it(name, run), title, cases, work);
}
