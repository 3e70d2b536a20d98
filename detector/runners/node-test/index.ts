/**
 * node:test: `node --import leaklab/node-test --test`.
 *
 * @packageDocumentation
 */
import '../../engine/refuse-unsupported.ts';
import { configureIn, expectLeakIn } from '../verify/test-api.ts';
import type { ExpectedLeak } from '../verify/expected-leak.ts';
import { NodeTestWatch } from './hooks.ts';
import { Session } from '../verify/session.ts';
import { declareTable } from '../verify/test-table.ts';
import type { VerificationOptions } from '../verify/verification-options.ts';

export type { ExpectedLeak } from '../verify/expected-leak.ts';
export type { VerificationOptions } from '../verify/verification-options.ts';

const session = new Session('node:test');
const watch = new NodeTestWatch(session);
watch.start();

/**
 * Configures the test in which it is called; outside of a test, all tests of the file that begin later.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function configure(options: VerificationOptions): void {
  if (!session.judge.current()) void watch.file;
  configureIn(session, options);
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
  const { test } = process.getBuiltinModule('node:test');
  const declare = (name: string, run: () => unknown): void => {
    // async, so that its type is known; node:test reports the outcome
    void test(name, async () => void (await run()));
  };
  declareTable(declare, title, cases, work);
}
