import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { counted, type TestReport } from '../../detector/internal.ts';
import { parseMarkers } from '../../lab/catalogue/markers.ts';
import { readReports } from '../../lab/ci/formats/read-reports.ts';
import { runNode } from './run-node.ts';
import { suiteFiles } from './suites.ts';
import type { Trial } from './trial.ts';
import { project } from './try-runner.ts';

const suite = 'verdicts';
const files = ['shop.test.js', 'web.test.js'];

/** The titles of the tests that leak, in the order of the markers. */
const leaking = [
  'shop > forgets an interval',
  'shop > forgets a timer that is due late',
  'shop > forgets a server',
  'shop > forgets a descriptor',
  'web > forgets to poll no more',
];

/** The titles of the tests that do not. */
const clean = [
  'shop > opens a pool that the suite closes',
  'shop > uses the pool',
  'shop > starts a sweep that the suite stops',
  'shop > leaves a timer that is due late and that the suite clears',
  'shop > leaves a timer that is due soon',
  'shop > closes a server without waiting for it',
  'shop > closes a descriptor',
  'web > fetches from a server that the suite closes',
  'web > fetches and drops the body',
  'web > is cancelled',
  'web > is busy',
];

/** Returns the right verdicts, sorted: `shop > forgets a server: 1 server at shop.test.js:55`. */
export function truth(): string[] {
  const leaks = files.flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, 'fixtures', suite, file), 'utf8');
    return parseMarkers(text, file).leaks.map(({ kind, line }) => `${counted(kind, 1)} at ${file}:${line}`);
  });
  if (leaks.length !== leaking.length) throw new Error(`${leaks.length} markers for ${leaking.length} tests`);
  return [
    ...files.map((file) => `(${file}): clean`),
    ...leaking.map((title, index) => `${title}: ${leaks[index]}`),
    ...clean.map((title) => `${title}: clean`),
  ].toSorted();
}

function verdictOf({ unit, file, name, report: { leaks } }: TestReport): string {
  const base = (path: string): string => path.replace(/^.*[\\/]/, '');
  const title = unit === 'file' ? `(${base(file)})` : name.join(' > ');
  const left = leaks.map(({ kind, count, site }) =>
    site ? `${counted(kind, count)} at ${base(site.file)}:${site.line}` : counted(kind, count),
  );
  return `${title}: ${left.join(', ') || 'clean'}`;
}

/**
 * Runs the suite of known truth once, and returns how its verdicts differ from the truth.
 *
 * @param node its executable
 * @param home a folder with the package and the runner installed
 */
export async function wrongVerdicts(trial: Trial, node: string, home: string): Promise<string[]> {
  const folder = project(trial, home, suite, {
    ...suiteFiles(suite, trial),
    ...trial.config(true),
    'leaklab.json': '{ "budget": 300 }',
  });
  const reports = join(folder, 'reports');
  rmSync(reports, { recursive: true, force: true });
  const { code, stdout, stderr } = await runNode(node, trial.args(files, true), folder, {
    LEAKLAB_REPORTS: reports,
  });
  let given: string[] = [];
  try {
    given = readReports(reports, folder).reports.map(verdictOf);
  } catch (error) {
    return [`no reports: ${String(error)}\n${`${stdout}${stderr}`.slice(-2000)}`];
  }
  const right = truth();
  return [
    ...given.filter((verdict) => !right.includes(verdict)).map((verdict) => `wrong: ${verdict}`),
    ...right.filter((verdict) => !given.includes(verdict)).map((verdict) => `missing: ${verdict}`),
    ...(given.length > right.length ? [`${given.length} verdicts, not ${right.length}`] : []),
    ...(code === 0 ? ['exit code 0'] : []),
  ];
}
