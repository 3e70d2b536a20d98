import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../finding.ts';

/** The test runners that have an entry, and the preload for all other programs. */
export const runners = ['vitest', 'node:test', 'jest', 'mocha', 'register'] as const;
export type Runner = (typeof runners)[number];

/** The units that can be verified: a test, a file of tests, or all that a process runs. */
export const units = ['test', 'file', 'run'] as const;
export type Unit = (typeof units)[number];

/**
 * The report on one test, file or run. Runners write one for each that they verify, as a line of JSON, in the folder
 * that {@link reportsVariable} names. Clean ones are written too: so a reader can tell clean from not watched.
 */
export interface TestReport {
  readonly version: 1;
  readonly runner: Runner;
  /** `process.version` of the process in which it ran. */
  readonly node: string;
  readonly unit: Unit;
  /** The absolute path of the test file, or of the program. */
  readonly file: string;
  /** Titles from the outermost suite to the test; empty for a file or a run. */
  readonly name: readonly string[];
  /** The line of the test in its file, from 1, if the runner knows it. */
  readonly line?: number;
  /** The number of the attempt, from 1, if the runner ran the test more than once; each attempt has a report. */
  readonly attempt?: number;
  /** A number for a report that may be replaced: of those with the same number in one file of reports, the last holds. */
  readonly suspect?: number;
  /** The ms that the check waited for what was left, a whole number; absent if nothing was waited for. */
  readonly waited?: number;
  readonly report: Report;
}

/** The environment variable that names the folder for {@link TestReport}s. */
export const reportsVariable = 'LEAKLAB_REPORTS';

/** Reports whether {@link writeTestReport} writes. */
export function areReportsWanted(): boolean {
  return (process.env[reportsVariable] ?? '') !== '';
}

/** Drops the reports of one file of reports that later ones replace. */
export function lastWords<Line extends Pick<TestReport, 'suspect'>>(reports: readonly Line[]): Line[] {
  const last = new Map(reports.map(({ suspect }, index) => [suspect, index]));
  return reports.filter(({ suspect }, index) => suspect === undefined || last.get(suspect) === index);
}

/**
 * Appends a report to the file of this process and thread; does nothing without {@link reportsVariable}.
 *
 * @throws Error if it can't be written
 */
export function writeTestReport(report: TestReport): void {
  const folder = process.env[reportsVariable];
  if (folder === undefined || folder === '') return;
  try {
    mkdirSync(folder, { recursive: true });
    const { threadId } = process.getBuiltinModule('node:worker_threads');
    appendFileSync(join(folder, `${process.pid}-${threadId}.jsonl`), `${JSON.stringify(report)}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't write into the folder of ${reportsVariable}, ${folder}: ${why}`, { cause: error });
  }
}
