import type { Finding, Report } from '../../../detector/index.ts';
import type { Program } from '../../catalogue/program.ts';
import type { Json, Observable } from '../../contract.ts';
import type { Ending } from '../../watched/messages.ts';

/**
 * The verdict on a fix.
 *
 * - `pass`: neither detector nor oracle finds a leak, and the job is done as before
 * - `fail`: it leaks, or does another job
 * - `error`: it can't be loaded, throws, or ends the process, where it should return
 * - `timeout`: it never returned
 * - `out of memory`: its heap or its process grew beyond its limit
 */
export type Verdict = 'pass' | 'fail' | 'error' | 'timeout' | 'out of memory';

/**
 * A kind of fix that does not hold, by its text.
 *
 * - `unchanged`: as it was handed out
 * - `empty`: no code is left
 * - `deleted`: the feature has gone with its leak
 * - `swallowed`: an error is caught and not passed on
 * - `time-out`: a time was made longer or shorter
 * - `unref`: the process may end, but what was made stays
 * - `limit`: a warning was silenced
 * - `caller`: the caller was changed instead of what it calls
 */
export type Likeness =
  'unchanged' | 'empty' | 'deleted' | 'swallowed' | 'time-out' | 'unref' | 'limit' | 'caller';

/** The oracle's counts over 25 runs. */
export type OracleFacts =
  | { readonly kind: 'failed'; readonly reason: string; readonly isMemory: boolean }
  | {
      readonly kind: 'counted';
      /** Units per run (heap: bytes) of all that is not flat. */
      readonly grown: Readonly<Partial<Record<Observable, number>>>;
      /** The first outcome unlike that of the first run, both as JSON. */
      readonly differed?: { readonly k: number; readonly outcome: string; readonly first: string };
    };

/** A reason why a fix does not hold. */
export type Reason =
  | { readonly kind: 'missing file'; readonly file: string }
  | { readonly kind: 'empty file' }
  | { readonly kind: 'ending'; readonly ending: Exclude<Ending, { readonly how: 'returned' }> }
  | { readonly kind: 'out of memory'; readonly reason: string }
  | { readonly kind: 'outcome'; readonly outcome: Json; readonly wanted: Json }
  | { readonly kind: 'leak'; readonly leaks: readonly Finding[]; readonly oracle: OracleFacts }
  | { readonly kind: 'caller changed'; readonly file: string }
  | { readonly kind: 'call gone'; readonly name: string; readonly lines: readonly number[] }
  | { readonly kind: 'time gone'; readonly file: string; readonly time: string }
  | { readonly kind: 'request gone'; readonly request: string }
  | {
      readonly kind: 'ending under fault';
      readonly fault: string;
      readonly ending: Ending;
      readonly wanted: Ending;
    }
  | { readonly kind: 'leak under fault'; readonly fault: string; readonly leaks: readonly Finding[] };

/** An objection to a fix. */
export interface Objection {
  readonly reason: Reason;
  readonly looksLike?: Likeness;
  /** The wrong fix of the pair that it is like. */
  readonly mistake?: Program;
}

/** The judgement of a fix, as facts; say.ts has the words. */
export type Judgement = {
  /** The detector's report without lessons; none if the program was not run. */
  readonly detector?: Report;
  /** None if the oracle did not count. */
  readonly oracle?: OracleFacts;
} & (
  | { readonly verdict: 'pass'; /** Faults under which it was tried. */ readonly faults: readonly string[] }
  | ({ readonly verdict: Exclude<Verdict, 'pass'> } & Objection)
);
