/**
 * vitest: `setupFiles: ['leaklab/vitest']`.
 *
 * @packageDocumentation
 */
import { extname } from 'node:path';
import { aroundAll, aroundEach, expect, test } from 'vitest';
import type { VerificationOptions } from './unit-options.ts';
import type * as Hooks from './vitest-hooks.ts';

export type { ExpectedLeak } from './expected-leak.ts';
export type { VerificationOptions } from './unit-options.ts';

// Node's own way of loading: in the vm pools, an import would load the detector anew for each file, inside of the
// context that it is to watch, with functions of Node that it can't patch
const { createRequire } = process.getBuiltinModule('node:module');
const require = createRequire(import.meta.url);
const hooks = require(`./vitest-hooks${extname(import.meta.filename)}`) as typeof Hooks;
const { aroundFile, aroundTest, configureIn, declareTable, session } = hooks;

// vitest evaluates a setup file anew for each file of tests, and that file is the one it is about to load
const file = session.file(expect.getState().testPath ?? '');
// no fixtures: vitest insists on the pattern
// oxlint-disable-next-line no-empty-pattern
aroundAll((runSuite, {}, suite) => aroundFile(file, runSuite, suite), Infinity);
aroundEach((runTest, { task }) => aroundTest(file, runTest, task), Infinity);

/**
 * For the test in which it is called, or, outside of a test, for all tests of the file from now on.
 *
 * @throws TypeError if an option is unknown, of the wrong type, or contradicts another
 */
export function configure(options: VerificationOptions): void {
  configureIn(session, options);
}

/**
 * A test about a leak: the leak must happen, and is then none.
 *
 * @throws TypeError outside of a test, or if a part is unknown or of the wrong type
 */
export const expectLeak: typeof hooks.expectLeak = hooks.expectLeak;

/**
 * Declares a test for each case, so that each is verified, and fails, on its own.
 *
 * @param title with `$name` for a property of the case, or `%s` and its like for the case itself; without either,
 * the case's `name` is added if it has one, else its number
 */
export function table<Case>(
  title: string,
  cases: Iterable<Case>,
  work: (each: Case, index: number) => unknown,
): void {
  declareTable(test, title, cases, work);
}
