import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { TestReport } from '../../detector/internal.ts';
import { runTests } from '../../lab/ci/run-tests.ts';
import { readReports } from '../../lab/ci/formats/read-reports.ts';
import { resultsOf, type TestResult } from './results.ts';
import type { Suite } from './suite.ts';

/** Result of one run of a suite. */
export interface SuiteRun {
  /** `null` if the run took too long, or a signal ended it. */
  readonly code: number | null;
  readonly ms: number;
  readonly results: readonly TestResult[];
  /** Empty without leaklab. */
  readonly reports: readonly TestReport[];
  readonly output: readonly string[];
}

/** ms that a suite may take: a safety net. */
const limit = 20 * 60_000;

/**
 * Runs a suite once.
 *
 * @param root absolute: the folder in which the suite is installed
 * @param to absolute: an empty folder for output and reports
 */
export async function runSuite(
  suite: Suite,
  root: string,
  withLeaklab: boolean,
  to: string,
): Promise<SuiteRun> {
  mkdirSync(to, { recursive: true });
  const results = join(to, 'results');
  const fill = (text: string): string =>
    text.replaceAll('{leaklab}', withLeaklab ? suite.line : '').replaceAll('{results}', results);
  for (const [path, text] of Object.entries(suite.files ?? {})) writeFileSync(join(root, path), fill(text));
  const folder = join(root, suite.folder);
  const { code, ms, output } = await runTests({
    package: { folder, name: suite.package, hasTests: true },
    runtime: { version: process.versions.node, executable: process.execPath },
    command: `PATH="${join(root, 'node_modules', '.bin')}${delimiter}${dirname(process.execPath)}${delimiter}$PATH" ${fill(suite.command)}`,
    limit,
    folder: to,
  });
  return {
    code,
    ms,
    output,
    results: existsSync(results) ? resultsOf(suite.runner, readFileSync(results, 'utf8')) : [],
    reports: readReports(to, folder).reports,
  };
}
