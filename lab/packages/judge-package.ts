import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../../detector/index.ts';
import type { Markers } from '../catalogue/markers.ts';
import type { Answer } from '../measure/messages.ts';
import type { PackageProgram } from './package-lab.ts';

/** One run of a program that uses a package, as it should have come out and as it did. */
export interface PackageVerdict {
  readonly isRight: boolean;
  /** What should be reported: `<kind> of line <line>, <count> times`. */
  readonly expected: readonly string[];
  readonly found: readonly string[];
  /** How the program ended, where it did not return; and probes that failed. */
  readonly problems: readonly string[];
}

/** Compares a report with the program's markers, or with what it says of its package's own leftovers. */
export function judgePackage(
  { ending, report }: Answer,
  closed: boolean,
  {
    file,
    markers,
    program,
  }: { readonly file: string; readonly markers: Markers; readonly program: PackageProgram },
): PackageVerdict {
  const own = program.leavesWhenClosed;
  const expected = closed
    ? own
      ? [`${own.kind} ${own.type}`]
      : []
    : markers.leaks.map(({ kind, line, count }) => `${kind} of line ${line}, ${count} times`);
  const found = report.leaks.map((finding) =>
    closed ? `${finding.kind} ${finding.type}` : describe(finding, file),
  );
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

function describe({ kind, site, count }: Finding, file: string): string {
  const place = site?.file === file ? `line ${site.line}` : (site?.file ?? 'nowhere');
  return `${kind} of ${place}, ${count} times`;
}
