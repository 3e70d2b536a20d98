import { hideFolder } from '../frame.ts';
import { runnerIsAround } from '../owner.ts';
import { join, sep } from 'node:path';
import { configureIn, expectLeak } from './beside-tests.ts';
import type { ExpectedLeak } from './expected-leak.ts';
import type { CircusHandler } from './jest-circus.ts';
import { watchFile } from './jest-hooks.ts';
import { Session } from './session.ts';
import { readSettings } from './settings.ts';
import { declareTable, type Declare } from './table.ts';
import type { VerificationOptions } from './unit-options.ts';

export type { ExpectedLeak } from './expected-leak.ts';
export type { VerificationOptions } from './unit-options.ts';

/** What `leaklab/jest` offers to tests. */
export interface JestEntry {
  configure(options: VerificationOptions): void;
  expectLeak(leak?: ExpectedLeak): void;
  table<Case>(title: string, cases: Iterable<Case>, work: (each: Case, index: number) => unknown): void;
}

/** What jest gives to a file of tests. */
interface JestGlobals {
  readonly test: Declare;
  readonly expect: { getState(): { readonly testPath?: string } };
}

// jest's own timers and waits, of this test and of those that run beside it
for (const name of ['@jest', 'jest-circus', 'jest-runner', 'jest-worker', 'jest-util']) {
  hideFolder(join(`${sep}node_modules`, name));
}

// it awaits each of its handlers at each step of a test: their stacks would cost more than all else
runnerIsAround();

const entries = new WeakMap<object, JestEntry>();
let session: Session | undefined;

/**
 * The entry for one file of tests, which jest runs in a realm of its own.
 *
 * @param realm its global object
 * @param globals what it imports from `@jest/globals`
 */
export function inRealm(realm: object, globals: () => JestGlobals): JestEntry {
  const known = entries.get(realm);
  // after jest.resetModules() it is asked for again
  if (known) return known;
  const settings = readSettings();
  // jest has made up its mind when a worker ends, so a run is verified file by file
  session ??= new Session('jest', { ...settings, per: settings.per === 'test' ? 'test' : 'file' });
  const ours = session;
  const { test, expect } = globals();
  const handlers: unknown = Reflect.get(realm, Symbol.for('EVENT_HANDLERS'));
  if (!Array.isArray(handlers)) {
    throw new Error(
      'leaklab/jest knows jest-circus, the test runner of jest since 27, and this is another one',
    );
  }
  // one of before could not be loaded to its end
  ours.current?.abandon();
  watchFile(ours.file(expect.getState().testPath ?? ''), realm, handlers as CircusHandler[]);
  const entry: JestEntry = {
    configure: (options) => configureIn(ours, options),
    expectLeak,
    table: (title, cases, work) => declareTable(test, title, cases, work),
  };
  entries.set(realm, entry);
  return entry;
}
