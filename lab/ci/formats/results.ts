/** Results of any number of reports, from which all formats are written. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { Finding, IgnoreRule, Report } from '../../../detector/index.ts';
import {
  byCertainty,
  fingerprintOf,
  Sources,
  withBaseline,
  type AcceptedLeak,
  type Baseline,
  type TestReport,
} from '../../../detector/internal.ts';
import { isRecord } from '../../shared/record.ts';

/** A test, file or run that was watched. */
export interface Verified extends TestReport {
  /** The name in the nearest package.json above the test file. */
  readonly package?: string;
}

/** A place that people and tools can open. */
export interface Place {
  /** Relative to {@link Results.root}, with `/`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The author of the last change, as git knows it. */
export interface Author {
  readonly name: string;
  readonly email: string;
  /** Full hash; absent for a line that is not committed. */
  readonly commit?: string;
  /** `YYYY-MM-DD`. */
  readonly date?: string;
  /** The first line of the commit message. */
  readonly subject?: string;
}

/** A leak, with all tests in which it was seen. */
export interface Cause {
  readonly fingerprint: string;
  /** The first finding; its count is the highest of any Node. */
  readonly finding: Finding;
  /** The site, or a test that leaks it if the site is outside the root; absent if neither is known. */
  readonly place?: Place;
  /** The tests that leak it, each with its Node. */
  readonly seen: readonly Verified[];
  readonly author?: Author;
}

/** A reason other than a leak for which a run fails, such as a test command that failed or was ended. */
export interface Problem {
  readonly message: string;
  /** The file that the problem is about, if any; relative to {@link Results.root}, with `/`. */
  readonly path?: string;
}

export interface Results {
  /** Absolute. */
  readonly root: string;
  /** Tests, in the order of package, file, name and Node. */
  readonly tests: readonly Verified[];
  /** Causes, the worst first: the most certain, then the most frequent. */
  readonly causes: readonly Cause[];
  /** Tolerated leaks, each once, with the reason. */
  readonly tolerated: readonly (Cause & { readonly reason: string })[];
  /** Leaks to take out of the baseline: gone, though all tests that had them were watched. */
  readonly fixed: readonly AcceptedLeak[];
  readonly problems: readonly Problem[];
  /** The other parts of the reports, combined. */
  readonly remarks: Omit<Report, 'version' | 'leaks'>;
}

export interface ResultsOptions {
  /** The folder that printed paths are relative to; absolute. */
  readonly root: string;
  readonly baseline?: Baseline;
  readonly problems?: readonly Problem[];
}

/** Reports whether there is nothing to do: no leak, no problem, no entry to take out. */
export function holds({ causes, fixed, problems }: Results): boolean {
  return causes.length === 0 && fixed.length === 0 && problems.length === 0;
}

export function resultsOf(
  reports: readonly TestReport[],
  { root, baseline, problems = [] }: ResultsOptions,
): Results {
  const nameOf = packageNames();
  const tests = reports
    .map((report): Verified => {
      const name = nameOf(report.file);
      return {
        ...report,
        report: baseline ? withBaseline(report.report, baseline) : report.report,
        ...(name !== undefined && { package: name }),
      };
    })
    .toSorted((a, b) => compare(sortKey(a), sortKey(b)));
  const causes = causesOf(tests, root, ({ leaks }) => leaks);
  const reasons = new Set(tests.flatMap(({ report }) => report.ignored.map(({ reason }) => reason)));
  const tolerated = [...reasons].flatMap((reason) =>
    causesOf(tests, root, ({ ignored }) => ignored.filter((each) => each.reason === reason)).map((cause) => ({
      ...cause,
      reason,
    })),
  );
  return {
    root,
    tests,
    causes,
    tolerated,
    fixed: baseline ? fixedOf(tests, baseline) : [],
    problems,
    remarks: remarksOf(tests, tolerated),
  };
}

/** Returns the path relative to the root with `/`; unchanged if it is outside. */
export function pathFrom(root: string, file: string): string {
  const path = relative(root, file);
  return isInside(path) ? path.split(sep).join('/') : file;
}

/** Returns the title of a test: `test/poll.test.ts > poller > stops`. */
export function titleOfTest({ file, name }: Pick<TestReport, 'file' | 'name'>, root: string): string {
  return [pathFrom(root, file), ...name].join(' > ');
}

function isInside(path: string): boolean {
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !/^[a-z]:|^[\\/]/i.test(path);
}

function causesOf(
  tests: readonly Verified[],
  root: string,
  findingsOf: (report: Report) => readonly Finding[],
): Cause[] {
  const sources = new Sources();
  const found = tests.flatMap((test) =>
    findingsOf(test.report).map((finding) => ({
      test,
      finding,
      fingerprint: fingerprintOf(finding, root, sources),
    })),
  );
  const causes = [...Map.groupBy(found, ({ fingerprint }) => fingerprint)].map(
    ([fingerprint, group]): Cause => {
      const seen = [...new Set(group.map(({ test }) => test))];
      const perNode = [...Map.groupBy(group, ({ test }) => test.node).values()];
      const counts = perNode.map((each) => each.reduce((sum, { finding }) => sum + finding.count, 0));
      const [worst] = group.map(({ finding }) => finding).toSorted((a, b) => certaintyOf(a) - certaintyOf(b));
      const { reason: _, ...finding } = { reason: undefined, ...worst } as Finding & { reason?: unknown };
      const place = placeOf(finding, seen, root);
      return {
        fingerprint,
        finding: { ...finding, count: Math.max(...counts) },
        ...(place && { place }),
        seen,
      };
    },
  );
  return causes.toSorted(
    (a, b) => certaintyOf(a.finding) - certaintyOf(b.finding) || b.finding.count - a.finding.count,
  );
}

function certaintyOf({ evidence }: Finding): number {
  return byCertainty.indexOf(evidence);
}

function placeOf({ site }: Finding, seen: readonly Verified[], root: string): Place | undefined {
  if (site && isInside(relative(root, site.file)))
    return { path: pathFrom(root, site.file), line: site.line, column: site.column };
  const test = seen.find(({ file }) => isInside(relative(root, file)));
  return test && { path: pathFrom(root, test.file), line: test.line ?? 1, column: 1 };
}

/**
 * Returns the entries of the baseline that are gone: every test file that had one was watched without it, or no
 * longer exists. A part of the tests proves nothing.
 */
function fixedOf(tests: readonly Verified[], { file, leaks }: Baseline): AcceptedLeak[] {
  const folder = dirname(file);
  const sources = new Sources();
  const left = new Set(
    tests.flatMap(({ report }) =>
      [...report.leaks, ...report.ignored].map((finding) => fingerprintOf(finding, folder, sources)),
    ),
  );
  const watched = new Set(tests.map((test) => test.file));
  return leaks.filter((leak) => {
    if (left.has(leak.fingerprint)) return false;
    const files = leak.in.map((path) => join(folder, path));
    return files.every((each) => watched.has(each) || !existsSync(each));
  });
}

/** Combines the other parts of the reports; a rule is unused if no report has a match. */
function remarksOf(tests: readonly Verified[], tolerated: Results['tolerated']): Results['remarks'] {
  const reports = tests.map(({ report }) => report);
  const unused = Map.groupBy(
    reports.flatMap(({ unusedRules }) => unusedRules),
    (rule) => JSON.stringify(rule),
  );
  return {
    ignored: tolerated.map(({ finding, reason }) => ({ ...finding, reason })),
    unusedRules: [...unused.values()].flatMap(([rule, ...more]) =>
      rule && more.length + 1 === reports.length ? [rule] : [],
    ),
    expiredRules: unique<IgnoreRule>(reports.flatMap(({ expiredRules }) => expiredRules)),
    notJudged: [
      ...Map.groupBy(
        reports.flatMap(({ notJudged }) => notJudged),
        ({ type, why }) => JSON.stringify([type, why]),
      ).values(),
    ].flatMap((group) => {
      const [first] = group;
      const counts = group.flatMap(({ count }) => count ?? []);
      const count = counts.reduce((sum, each) => sum + each, 0);
      return first ? [{ type: first.type, why: first.why, ...(counts.length > 0 && { count }) }] : [];
    }),
    failedProbes: unique(reports.flatMap(({ failedProbes }) => failedProbes)),
  };
}

function unique<Value>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function sortKey({ package: name = '', file, name: titles, node, line }: Verified): string {
  return JSON.stringify([name, file, line ?? 0, titles, node]);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Returns a function that names the package of a file, and reads each package.json once. */
function packageNames(): (file: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  const nameIn = (folder: string): string | undefined => {
    if (known.has(folder)) return known.get(folder);
    const name =
      readName(join(folder, 'package.json')) ??
      (dirname(folder) === folder ? undefined : nameIn(dirname(folder)));
    known.set(folder, name);
    return name;
  };
  return (file) => nameIn(dirname(file));
}

function readName(file: string): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
    const name = isRecord(content) ? content['name'] : undefined;
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}
