import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { kinds, type Finding, type Report, type Site } from '../../../detector/index.ts';
import { byCertainty, lastWords, runners, units, type TestReport } from '../../../detector/internal.ts';
import { isRecord } from '../../shared/record.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { readListedRuns, type ListedRuns } from '../unwatched/listed-runs.ts';
import { unwatchedIn } from '../unwatched/unwatched.ts';
import { pathFrom, type Problem } from './results.ts';

/** Reports from a folder that test runners wrote to. */
export interface ReadReports {
  /** Reports of tests, without those that later ones replace; for a repeated test, only the last attempt. */
  readonly reports: readonly TestReport[];
  /** Lines that are not a report, as from a process that was ended while it wrote. */
  readonly problems: readonly Problem[];
  /** The projects of a runner whose test files ran without leaklab. */
  readonly unwatched: readonly Problem[];
  /** True if the runner listed the files that it ran. */
  readonly areRunsListed: boolean;
}

/**
 * Reads the reports that runners wrote to a folder (`LEAKLAB_REPORTS`) and the folders in it. Paths of another
 * machine are taken for the files of the same name below the root.
 *
 * @param root absolute
 * @throws UsageError if there is no such folder
 */
export function readReports(folder: string, root: string): ReadReports {
  if (!existsSync(folder)) {
    throw new UsageError(
      `no folder ${JSON.stringify(folder)}`,
      'run the tests with LEAKLAB_REPORTS=FOLDER, then leaklab report FOLDER',
    );
  }
  const byFolder = new Map<string, TestReport[]>();
  const problems: Problem[] = [];
  const here = relocation(root);
  for (const path of globSync('**/*.jsonl', { cwd: folder }).toSorted()) {
    const file = join(folder, path);
    const own: TestReport[] = [];
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.trim() === '') continue;
      const report = parsed(line);
      if (report) own.push(relocated(report, here));
      else
        problems.push({ message: `line ${index + 1} of ${pathFrom(root, file)} is not a report of a test` });
    }
    const at = dirname(path);
    byFolder.set(at, [...(byFolder.get(at) ?? []), ...lastAttempts(lastWords(own))]);
  }
  const lists = readListedRuns(folder);
  return {
    reports: [...byFolder.values()].flat(),
    problems,
    unwatched: [...lists].flatMap(([at, listed]) =>
      unwatchedIn(relocatedRuns(listed, here), byFolder.get(at) ?? [], root),
    ),
    areRunsListed: lists.size > 0,
  };
}

function relocatedRuns(lists: readonly ListedRuns[], here: (file: string) => string): ListedRuns[] {
  return lists.map((list) => ({
    ...list,
    runs: list.runs.map((run) => ({ ...run, file: here(run.file), folder: here(run.folder) })),
  }));
}

/** Drops all but the last attempt of a test that its runner repeated. */
function lastAttempts(reports: readonly TestReport[]): TestReport[] {
  const key = ({ unit, file, name, line }: TestReport): string => JSON.stringify([unit, file, name, line]);
  const last = new Map<string, number>();
  for (const report of reports) {
    last.set(key(report), Math.max(last.get(key(report)) ?? 0, report.attempt ?? 1));
  }
  return reports.filter((report) => (report.attempt ?? 1) === last.get(key(report)));
}

function parsed(line: string): TestReport | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isTestReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Reports whether a value has all properties that formats read. */
export function isTestReport(value: unknown): value is TestReport {
  return (
    isRecord(value) &&
    value['version'] === 1 &&
    oneOf(runners, value['runner']) &&
    typeof value['node'] === 'string' &&
    oneOf(units, value['unit']) &&
    isText(value['file']) &&
    isListOf(value['name'], (title) => typeof title === 'string') &&
    isAbsentOr(value['line'], isPosition) &&
    isAbsentOr(value['attempt'], isPosition) &&
    isAbsentOr(value['suspect'], isPosition) &&
    isAbsentOr(value['waited'], (ms) => Number.isSafeInteger(ms) && (ms as number) >= 0) &&
    isReport(value['report'])
  );
}

function isReport(value: unknown): value is Report {
  return (
    isRecord(value) &&
    value['version'] === 1 &&
    isListOf(value['leaks'], isFinding) &&
    isListOf(value['ignored'], (each) => isFinding(each) && 'reason' in each && isText(each.reason)) &&
    isListOf(value['notJudged'], (each) => hasTexts(each, 'type', 'why')) &&
    isListOf(value['unusedRules'], (each) => hasTexts(each, 'reason')) &&
    isListOf(value['expiredRules'], (each) => hasTexts(each, 'reason')) &&
    isListOf(value['failedProbes'], (each) => hasTexts(each, 'probe', 'error'))
  );
}

function isFinding(value: unknown): value is Finding {
  return (
    isRecord(value) &&
    oneOf(kinds, value['kind']) &&
    typeof value['type'] === 'string' &&
    isPosition(value['count']) &&
    isAbsentOr(value['site'], isSite) &&
    isListOf(value['related'], isSite) &&
    isListOf(value['stack'], (frame) => typeof frame === 'string') &&
    typeof value['owner'] === 'string' &&
    oneOf(byCertainty, value['evidence']) &&
    ['package', 'lesson', 'advice'].every((name) =>
      isAbsentOr(value[name], (text) => typeof text === 'string'),
    ) &&
    isAbsentOr(value['facts'], isFacts) &&
    isAbsentOr(value['api'], (api) => hasTexts(api, 'module', 'function')) &&
    isAbsentOr(value['also'], (also) =>
      isListOf(also, (each) => hasTexts(each, 'type') && isRecord(each) && isPosition(each['count'])),
    ) &&
    isAbsentOr(value['chain'], (sites) => isListOf(sites, isSite)) &&
    isAbsentOr(value['path'], (steps) => isListOf(steps, (step) => typeof step === 'string'))
  );
}

function isFacts(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.values(value).every((fact) => ['string', 'number', 'boolean'].includes(typeof fact))
  );
}

function isSite(value: unknown): value is Site {
  return (
    isRecord(value) &&
    isText(value['file']) &&
    isPosition(value['line']) &&
    isPosition(value['column']) &&
    typeof value['function'] === 'string'
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

function oneOf(known: readonly string[], value: unknown): boolean {
  return known.some((each) => each === value);
}

function isListOf(value: unknown, fits: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every((each) => fits(each));
}

function isAbsentOr(value: unknown, fits: (value: unknown) => boolean): boolean {
  return value === undefined || fits(value);
}

function hasTexts(value: unknown, ...names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => typeof value[name] === 'string');
}

function relocated(report: TestReport, here: (file: string) => string): TestReport {
  const site = (each: Site): Site => ({ ...each, file: here(each.file) });
  const finding = <Found extends Finding>(each: Found): Found => ({
    ...each,
    ...(each.site && { site: site(each.site) }),
    related: each.related.map(site),
    ...(each.chain && { chain: each.chain.map(site) }),
  });
  const { leaks, ignored } = report.report;
  return {
    ...report,
    file: here(report.file),
    report: { ...report.report, leaks: leaks.map(finding), ignored: ignored.map(finding) },
  };
}

/** Returns a function that maps a path of another machine to the file here with the longest common end. */
function relocation(root: string): (file: string) => string {
  const known = new Map<string, string>();
  const find = (file: string): string => {
    if (existsSync(file) || !relative(root, file).startsWith('..')) return file;
    const steps = file.split(/[\\/]+/);
    const end = steps.findIndex((_, index) => index > 0 && existsSync(join(root, ...steps.slice(index))));
    return end === -1 ? file : join(root, ...steps.slice(end));
  };
  return (file) => {
    const place = known.get(file) ?? find(file);
    known.set(file, place);
    return place;
  };
}
