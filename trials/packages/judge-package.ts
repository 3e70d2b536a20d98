import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../../detector/index.ts';
import type { Markers } from '../../lab/catalogue/markers.ts';
import type { Answer } from '../../lab/watched/messages.ts';
import type { PackageProgram } from './package-lab.ts';

/** Expected and actual result of one run of a program that uses a package. */
export interface PackageVerdict {
  readonly isRight: boolean;
  /** Expected findings: `<kind> of line <line>, <count> times`. */
  readonly expected: readonly string[];
  readonly found: readonly string[];
  /** Failed probes, and the ending of a program that did not return. */
  readonly problems: readonly string[];
}

export interface Expectation {
  /** Set if the program made the one closing call. */
  readonly close: boolean;
  readonly file: string;
  readonly markers: Markers;
  readonly program: PackageProgram;
}

/** Compares a report with the program's markers, or, when closed, with what its package is known to leak. */
export function judgePackage({ ending, report }: Answer, expectation: Expectation): PackageVerdict {
  const { close, file, markers, program } = expectation;
  const { leavesWhenClosed: own } = program;
  const left = own ? [`${own.kind} of the package ${own.package}, 1 times`] : [];
  const marked = markers.leaks.map(({ kind, line, count }) => `${kind} of line ${line}, ${count} times`);
  const expected = close ? left : marked;
  const found = report.leaks.map((finding) => (close ? describeMaker(finding) : describe(finding, file)));
  const problems = [
    ...(ending.how === 'returned' ? [] : [JSON.stringify(ending)]),
    ...report.failedProbes.map(({ probe, error }) => `probe ${probe}: ${error}`),
  ];
  return {
    isRight: problems.length === 0 && isDeepStrictEqual(found, expected),
    expected,
    found,
    problems,
  };
}

/** Returns a line for one run, and for a wrong one what was expected and found. */
export function describeVerdict(
  title: string,
  { isRight, expected, found, problems }: PackageVerdict,
): string {
  if (isRight) return `✓ ${title}\n`;
  const list = (name: string, all: readonly string[]): string =>
    `  ${name}: ${all.length > 0 ? all.join('; ') : 'nothing'}\n`;
  const tail = problems.length > 0 ? list('problems', problems) : '';
  return `✗ ${title}\n${list('expected', expected)}${list('found', found)}${tail}`;
}

function describeMaker({ kind, package: maker, count }: Finding): string {
  return `${kind} of ${maker === undefined ? 'the program' : `the package ${maker}`}, ${count} times`;
}

function describe({ kind, site, count }: Finding, file: string): string {
  const place = site?.file === file ? `line ${site.line}` : (site?.file ?? 'nowhere');
  return `${kind} of ${place}, ${count} times`;
}
