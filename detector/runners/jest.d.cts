import type * as realm from './jest-realm.js' with { 'resolution-mode': 'import' };

/** What of a leak is expected. */
export type ExpectedLeak = realm.ExpectedLeak;
/** What a test, or all of a file, may be told of its check. */
export type VerificationOptions = realm.VerificationOptions;

/** For the test in which it is called, or, outside of a test, for all tests of the file from now on. */
export declare const configure: realm.JestEntry['configure'];
/** A test about a leak: the leak must happen, and is then none. */
export declare const expectLeak: realm.JestEntry['expectLeak'];
/** Declares a verified test for each case. */
export declare const table: realm.JestEntry['table'];
