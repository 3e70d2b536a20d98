import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import type { Report } from '../finding.ts';

/** The test runners that have an entry of their own, and the preload for all other programs. */
export const runners = ['vitest', 'node:test', 'jest', 'mocha', 'register'] as const;
export type Runner = (typeof runners)[number];

/** What is verified: a test, a file of tests, or all that a process runs. */
export const units = ['test', 'file', 'run'] as const;
export type Unit = (typeof units)[number];

/**
 * What was found of one test, file or run. Runners write one for each that they verify, clean ones too, a line of
 * JSON each, into a file of their process in the folder that {@link reportsVariable} names: so whoever reads them
 * can tell that nothing was left from that nothing was watched.
 */
export interface TestReport {
  readonly version: 1;
  readonly runner: Runner;
  /** `process.version` of the process in which it ran. */
  readonly node: string;
  readonly unit: Unit;
  /** Absolute path of the test file, or of the program. */
  readonly file: string;
  /** Titles from the outermost suite to the test; empty for a file or a run. */
  readonly name: readonly string[];
  /** Where the test stands in its file, where the runner knows; from 1. */
  readonly line?: number;
  /** From 1; given where the runner has run the test more than once: each attempt has a line. */
  readonly attempt?: number;
  readonly report: Report;
}

/** The environment variable that names the folder for {@link TestReport}s. */
export const reportsVariable = 'LEAKLAB_REPORTS';

/**
 * Adds a line to the file of this process and thread, in the folder that {@link reportsVariable} names; without
 * that variable, nothing.
 *
 * @throws an error for people if it can't be written
 */
export function writeTestReport(report: TestReport): void {
  const folder = process.env[reportsVariable];
  if (folder === undefined || folder === '') return;
  try {
    mkdirSync(folder, { recursive: true });
    appendFileSync(join(folder, `${process.pid}-${threadId}.jsonl`), `${JSON.stringify(report)}\n`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`can't write into the folder of ${reportsVariable}, ${folder}: ${why}`, { cause: error });
  }
}
