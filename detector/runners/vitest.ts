/**
 * vitest: `setupFiles: ['leaklab/vitest']`.
 *
 * @packageDocumentation
 */
import { aroundAll, aroundEach, expect, test } from 'vitest';
import { configureIn } from './session.ts';
import { declareTable } from './table.ts';
import type { UnitOptions } from './unit-options.ts';
import { aroundFile, aroundTest, session } from './vitest-hooks.ts';

export type { ExpectedLeak } from './expected-leak.ts';
export { expectLeak } from './session.ts';
export type { UnitOptions } from './unit-options.ts';

// vitest evaluates a setup file anew for each file of tests, and that file is the one it is about to load
const file = session.file(expect.getState().testPath ?? '');
aroundAll((runSuite) => aroundFile(file, runSuite), Infinity);
aroundEach((runTest, { task }) => aroundTest(file, runTest, task), Infinity);

/** See {@link configureIn}. */
export function configure(options: UnitOptions): void {
  configureIn(session, options);
}

/** Declares a verified test for each case; see {@link declareTable}. */
export function table<Case>(
  title: string,
  cases: Iterable<Case>,
  work: (each: Case, index: number) => unknown,
): void {
  declareTable(test, title, cases, work);
}
