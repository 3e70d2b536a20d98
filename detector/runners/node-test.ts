/**
 * node:test: `node --import leaklab/node-test --test`.
 *
 * @packageDocumentation
 */
import { configureIn } from './beside-tests.ts';
import { NodeTestWatch } from './node-test-watch.ts';
import { Session } from './session.ts';
import { declareTable } from './table.ts';
import type { VerificationOptions } from './unit-options.ts';
import { currentVerification } from './unit.ts';

export type { ExpectedLeak } from './expected-leak.ts';
export { expectLeak } from './beside-tests.ts';
export type { VerificationOptions } from './unit-options.ts';

const session = new Session('node:test');
const watch = new NodeTestWatch(session);
watch.start();

/** For the test in which it is called, or, outside of a test, for all tests of the file from now on. */
export function configure(options: VerificationOptions): void {
  if (!currentVerification()) void watch.file;
  configureIn(session, options);
}

/** Declares a verified test for each case. */
export function table<Case>(
  title: string,
  cases: Iterable<Case>,
  work: (each: Case, index: number) => unknown,
): void {
  const { test } = process.getBuiltinModule('node:test');
  const declare = (name: string, run: () => unknown): void => {
    // async, so that the type of what it gives is known; node:test tells of its outcome
    void test(name, async () => void (await run()));
  };
  declareTable(declare, title, cases, work);
}
