/**
 * vitest: `setupFiles: ['leaklab/vitest']`.
 *
 * @packageDocumentation
 */
import { extname } from 'node:path';
import * as vitest from 'vitest';
import type { ExpectedLeak } from '../verify/expected-leak.ts';
import type { VerificationOptions } from '../verify/verification-options.ts';
import type * as Hooks from './hooks.ts';

export type { ExpectedLeak } from '../verify/expected-leak.ts';
export type { VerificationOptions } from '../verify/verification-options.ts';

/** `vitest/runners` of vitest before 4.1. */
interface Runners {
  readonly VitestTestRunner: { readonly prototype: Hooks.Runner };
}

// Node's own loader: in the vm pools, an import would load the detector anew for each file, inside of the context
// that it watches, with functions of Node that it can't patch
const { createRequire } = process.getBuiltinModule('node:module');
const require = createRequire(import.meta.url);
const hooks = require(`./hooks${extname(import.meta.filename)}`) as typeof Hooks;
const {
  AroundHooks,
  configureIn,
  declareTable,
  disownWorkerFixtures,
  expectLeakIn,
  ofWorker,
  pathOfFile,
  RunnerMethods,
  session,
  VitestWatch,
} = hooks;

// vitest evaluates a setup file anew for each file of tests, and that file is the one it is about to load
const file = pathOfFile(globalThis) ?? vitest.expect.getState().testPath ?? '';
const watch = new VitestWatch(session.file(file), globalThis, ofWorker);
if (typeof vitest.aroundAll === 'function') {
  const around = new AroundHooks(watch);
  // no fixtures: vitest insists on the pattern
  // oxlint-disable-next-line no-empty-pattern
  vitest.aroundAll((runSuite, {}, suite) => {
    disownWorkerFixtures(vitest.test);
    return around.aroundFile(runSuite, suite);
  }, Infinity);
  vitest.aroundEach((runTest, { task }) => around.aroundTest(runTest, task), Infinity);
} else {
  const methods = new RunnerMethods(watch);
  const { VitestTestRunner } = (await import(/* @vite-ignore */ hooks.runnersOfVitest())) as Runners;
  methods.find(VitestTestRunner.prototype);
  vitest.beforeAll(() => methods.assertFound());
}

/**
 * Configures the test in which it is called; outside of a test, all tests of the file that begin later.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function configure(options: VerificationOptions): void {
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

/**
 * Declares a test for each case, so that each is verified, and fails, by itself.
 *
 * @param title with `$name` for a property of the case, or `%s` and its like for the case itself; without either,
 * the case's `name` is added if it has one, else its number
 */
export function table<Case>(
  title: string,
  cases: Iterable<Case>,
  work: (each: Case, index: number) => unknown,
): void {
  declareTable(vitest.test, title, cases, work);
}
