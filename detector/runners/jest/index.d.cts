import type * as realm from './realm.js' with { 'resolution-mode': 'import' };

/** A leak that a test expects; it has to match every part that is given. */
export type ExpectedLeak = realm.ExpectedLeak;
/** The options of {@link configure}, for the tests of a file or for one test. */
export type VerificationOptions = realm.VerificationOptions;

/** Configures the test in which it is called; outside of a test, all tests of the file that begin later. */
export declare const configure: realm.JestEntry['configure'];
/** Expects a leak: the test fails unless it leaks, and the leak is tolerated. */
export declare const expectLeak: realm.JestEntry['expectLeak'];
/** Declares a verified test for each case. */
export declare const table: realm.JestEntry['table'];
