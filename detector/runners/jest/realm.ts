import '../../engine/refuse-unsupported.ts';
import { hideFolder } from '../../origin/frame.ts';
import { runnerIsAround } from '../../origin/owner.ts';
import { join, sep } from 'node:path';
import { configureIn, expectLeakIn } from '../verify/test-api.ts';
import type { ExpectedLeak } from '../verify/expected-leak.ts';
import { circusOf } from './handlers.ts';
import { watchFile } from './hooks.ts';
import { Session } from '../verify/session.ts';
import { readSettings } from '../verify/settings.ts';
import { declareTable, type Declare } from '../verify/test-table.ts';
import type { VerificationOptions } from '../verify/verification-options.ts';

export type { ExpectedLeak } from '../verify/expected-leak.ts';
export type { VerificationOptions } from '../verify/verification-options.ts';

/** The functions that `leaklab/jest` exports. */
export interface JestEntry {
  configure(options: VerificationOptions): void;
  expectLeak(leak?: ExpectedLeak): void;
  table<Case>(title: string, cases: Iterable<Case>, work: (each: Case, index: number) => unknown): void;
}

/** The exports of `@jest/globals` that are used here. */
interface JestGlobals {
  readonly test: Declare;
  readonly expect: { getState(): { readonly testPath?: string } };
}

// jest's own timers and waits, of this test and of those that run beside it
for (const name of ['@jest', 'jest-circus', 'jest-cli', 'jest-runner', 'jest-worker', 'jest-util']) {
  hideFolder(join(`${sep}node_modules`, name));
}

// jest awaits its handlers at each step of a test: their stacks would cost more than all else
runnerIsAround();

/** The realms of one worker: jest gives each file of tests its own. */
class JestRealms {
  readonly #entries = new WeakMap<object, JestEntry>();
  #session: Session | undefined;

  /**
   * Returns the entry for the file of tests of a realm.
   *
   * @param realm its global object
   * @param globals imports `@jest/globals` in it
   */
  entry(realm: object, globals: () => JestGlobals): JestEntry {
    // a test that calls jest.resetModules() asks again
    const known = this.#entries.get(realm);
    if (known) return known;
    this.#session ??= newSession();
    const entry = newEntry(this.#session, realm, globals);
    this.#entries.set(realm, entry);
    return entry;
  }
}

/** The realms of this worker; no entry can create it, because jest evaluates the entry in each realm. */
export const realms = new JestRealms();

function newSession(): Session {
  const settings = readSettings();
  // a worker ends when jest has decided already, so a run is verified file by file
  return new Session('jest', { ...settings, per: settings.per === 'test' ? 'test' : 'file' });
}

function newEntry(session: Session, realm: object, globals: () => JestGlobals): JestEntry {
  const circus = circusOf(realm, globals);
  const { test, expect } = globals();
  // a file that failed to load
  session.current?.abandon();
  watchFile(session.file(expect.getState().testPath ?? ''), realm, circus, test);
  const expectLeak = (leak: ExpectedLeak = {}): void => expectLeakIn(session, leak, expectLeak);
  return {
    configure: (options) => configureIn(session, options),
    expectLeak,
    table: (title, cases, work) => declareTable(test, title, cases, work),
  };
}
