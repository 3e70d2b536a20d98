import type * as realm from './jest-realm.js' with { 'resolution-mode': 'import' };

export type ExpectedLeak = realm.ExpectedLeak;
export type UnitOptions = realm.UnitOptions;

/** For the test in which it is called, or, outside of a test, for all tests of the file from now on. */
export declare const configure: realm.JestEntry['configure'];
/** A test about a leak: the leak must happen, and is then none. */
export declare const expectLeak: realm.JestEntry['expectLeak'];
/** Declares a verified test for each case. */
export declare const table: realm.JestEntry['table'];
