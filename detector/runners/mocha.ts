/**
 * mocha: `mocha --require leaklab/mocha`.
 *
 * @packageDocumentation
 */
import { createRequire } from 'node:module';
import { configureIn } from './beside-tests.ts';
import { MochaWatch } from './mocha-hooks.ts';
import type { MochaModule } from './mocha-types.ts';
import { Session } from './session.ts';
import { declareTable } from './table.ts';
import type { VerificationOptions } from './unit-options.ts';
import { currentVerification } from './unit.ts';

export type { ExpectedLeak } from './expected-leak.ts';
export { expectLeak } from './beside-tests.ts';
export type { VerificationOptions } from './unit-options.ts';

const session = new Session('mocha');
const mocha = createRequire(import.meta.url)('mocha') as MochaModule;
const watch = new MochaWatch(mocha, session);
watch.start();

/** mocha's root hooks: what can't be used is told before the first test. */
export const mochaHooks = {
  /** @throws Error if mocha is not the one that runs */
  async beforeAll(): Promise<void> {
    if (!watch.isAtWork) {
      throw new Error(
        'leaklab/mocha found another mocha than the one that runs: install both in the same project',
      );
    }
    await session.rules();
  },
};

/** For the test in which it is called, or, outside of a test, for all tests of the file that is being loaded. */
export function configure(options: VerificationOptions): void {
  if (watch.loading === undefined || currentVerification()) configureIn(session, options);
  else watch.configure(watch.loading, options);
}

/** Declares a verified test for each case. */
export function table<Case>(
  title: string,
  cases: Iterable<Case>,
  work: (each: Case, index: number) => unknown,
): void {
  declareTable((name, run) => mocha.it(name, run), title, cases, work);
}
