/** The records of a history: lines of JSON, a run with its leaks is a block. */
import { createHash } from 'node:crypto';
import type { Evidence, Facts, Kind } from '../../detector/index.ts';
import type { Place } from '../ci/formats/results.ts';

/** The first line of a file: it shows that the end is missing. */
export interface HeadRecord {
  readonly type: 'history';
  readonly version: 1;
  /** The number of runs in the file. */
  readonly runs: number;
  /** The name of the last run; absent if there is none. */
  readonly last?: string;
}

/** A cause that a run found gone, with the commit that most likely fixed it. */
export interface FixedCause {
  readonly cause: string;
  /** Full hash. */
  readonly commit?: string;
  readonly author?: string;
}

/** A run of the tests; a clean one has a record too. */
export interface RunRecord {
  readonly type: 'run';
  readonly run: string;
  /** ISO 8601 in UTC, with ms. */
  readonly time: string;
  /** The full hash of the commit that was tested. */
  readonly commit?: string;
  readonly branch?: string;
  /** The author of that commit. */
  readonly author?: string;
  /** Releases of Node, such as `v24.21.0`. */
  readonly nodes: readonly string[];
  /** The test files that were watched, relative to the root, with `/`. */
  readonly watched: readonly string[];
  /** Test files that leaked before and no longer exist. */
  readonly gone?: readonly string[];
  /** Causes that leaked before, and that this run watched and did not see. */
  readonly fixed?: readonly FixedCause[];
  /** The number of its leak records. */
  readonly leaks: number;
  /** A hash of this record and its leak records: 32 hexadecimal digits. */
  readonly digest: string;
}

/** A cause as one run saw it. */
export interface LeakRecord {
  readonly type: 'leak';
  readonly run: string;
  /** The time of the run. */
  readonly time: string;
  /** The fingerprint under which the cause was first seen. */
  readonly cause: string;
  /** The fingerprint of today, where the file was renamed since. */
  readonly fingerprint?: string;
  readonly kind: Kind;
  /** The type of the finding, such as `Timeout`: `type` is the type of the record. */
  readonly resource: string;
  readonly evidence: Evidence;
  /** The highest count of any Node. */
  readonly count: number;
  /** The ms that test files waited for it. */
  readonly waited: number;
  readonly nodes: readonly string[];
  readonly place?: Place;
  readonly function?: string;
  /** The source line, trimmed. */
  readonly source?: string;
  /** The package whose code made the resource. */
  readonly package?: string;
  readonly facts?: Facts;
  /** The package of the tests. */
  readonly testedPackage?: string;
  /** The team or person that answers for the file. */
  readonly owner?: string;
  /** True if the line is in a test file. */
  readonly isInTest: boolean;
  /** Titles of tests that leak it, sorted. */
  readonly tests: readonly string[];
  /** Files of tests that leak it, relative to the root, with `/`, sorted. */
  readonly files: readonly string[];
  /** The full hash of the commit that was tested. */
  readonly commit?: string;
  /** The author of the last change to the line. */
  readonly author?: string;
  /** The full hash of that change. */
  readonly change?: string;
}

/** A run with its leaks, in the order of causes. */
export interface Block {
  readonly run: RunRecord;
  readonly leaks: readonly LeakRecord[];
}

const keys = {
  history: words('type version runs last'),
  run: words('type run time commit branch author nodes leaks digest watched gone fixed'),
  leak: words(
    `type run time cause fingerprint kind resource evidence count waited nodes place function source package facts
     testedPackage owner isInTest tests files commit author change`,
  ),
};

/** Returns the line of a record without its end; the order of its properties is always the same. */
export function lineOf(record: HeadRecord | RunRecord | LeakRecord): string {
  const order = keys[record.type];
  if (isInOrder(Object.keys(record), order)) return JSON.stringify(record);
  const fields: Readonly<Record<string, unknown>> = { ...record };
  return JSON.stringify(Object.fromEntries(order.map((key) => [key, fields[key]])));
}

/** Reports whether the properties are in this order, so that a long history needs no copy of each record. */
function isInOrder(properties: readonly string[], order: readonly string[]): boolean {
  let from = 0;
  return properties.every((property) => {
    from = order.indexOf(property, from) + 1;
    return from > 0;
  });
}

function words(text: string): readonly string[] {
  return text.split(/\s+/);
}

/** Returns a block whose run counts and sums up its leaks, which are sorted. */
export function blockOf(run: Omit<RunRecord, 'leaks' | 'digest'>, leaks: readonly LeakRecord[]): Block {
  const sorted = leaks.toSorted((a, b) => compareTexts(a.cause, b.cause));
  return { run: { ...run, leaks: sorted.length, digest: digestOf(run, sorted.map(lineOf)) }, leaks: sorted };
}

/** Returns the digest of a run, from its record and the lines of its leaks in order. */
export function digestOf(run: Omit<RunRecord, 'leaks' | 'digest'>, leaks: readonly string[]): string {
  const hash = createHash('sha256').update(lineOf({ ...run, leaks: leaks.length, digest: '' }));
  for (const line of leaks) hash.update('\n').update(line);
  return hash.digest('hex').slice(0, 32);
}

/** Returns the lines of a block, each with its end. */
export function linesOf({ run, leaks }: Block): string {
  return [run, ...leaks].map((record) => `${lineOf(record)}\n`).join('');
}

/** Returns the first line of a file with these runs, with its end. */
export function headOf(runs: readonly Pick<RunRecord, 'run'>[]): string {
  const last = runs.at(-1)?.run;
  return `${lineOf({ type: 'history', version: 1, runs: runs.length, ...(last !== undefined && { last }) })}\n`;
}

/** Compares runs by time, and those of one time by name. */
export function compareRuns(a: Pick<RunRecord, 'time' | 'run'>, b: Pick<RunRecord, 'time' | 'run'>): number {
  return compareTexts(a.time, b.time) || compareTexts(a.run, b.run);
}

/** Compares by UTF-16 units, as every machine does. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
