import type { Report } from '../../detector/index.ts';
import type { Observable } from '../contract.ts';
import type { Likeness } from './looks-like.ts';

/**
 * How a fix came out.
 *
 * - `pass`: nothing is left by the word of the detector and of the oracle, and the job is done as before
 * - `fail`: something is left, or the job is another
 * - `error`: it can't be loaded, or it throws, or ends the process, where it should return
 * - `timeout`: it never returned
 * - `out of memory`: its heap or its process grew beyond its limit
 */
export type Verdict = 'pass' | 'fail' | 'error' | 'timeout' | 'out of memory';

/** What `check --json` prints of an exercise that is to be fixed; version 1. */
export interface Judgement {
  readonly version: 1;
  readonly verdict: Verdict;
  /** What a fix that fails looks like, where it looks like something. */
  readonly looksLike?: Likeness | 'known mistake';
  /** The wrong fix it is like: `unref` of `store.wrong-unref.ts`. */
  readonly mistake?: string;
  /** For people: one to four, the most telling first. */
  readonly messages: readonly string[];
  /** What the detector reports, without lessons; none if the program could not be run. */
  readonly detector?: Report;
  /** What grows when it runs again and again, in units per run (heap: bytes); none if nothing was measured. */
  readonly oracle?: Readonly<Partial<Record<Observable, number>>>;
}
