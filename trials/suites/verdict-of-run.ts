import type { TestReport } from '../../detector/internal.ts';
import type { SuiteRun } from './run-suite.ts';
import type { TestResult } from './results.ts';
import type { Suite } from './suite.ts';

/** What leaklab's failures say, in each runner. */
const told = /\b\d+ leaks? from \d+ lines?\b/;
/**
 * What is not as it should be in a run with leaklab, beside one without: the same tests, all of them passing but for
 * leaks, each leak told to its test, and an exit code that is not 0 with a leak and as it was without one.
 */
export function problemsOf(suite: Suite, bare: SuiteRun, watched: SuiteRun): readonly string[] {
  const isUnsteady = ({ name }: TestResult): boolean =>
    (suite.unsteady?.names ?? []).some((part) => name.includes(part));
  const isTold = ({ failure }: TestResult): boolean => failure !== undefined && told.test(failure);
  const ownFailures = ({ results }: SuiteRun): string[] =>
    results.flatMap((test) =>
      test.failure !== undefined && !isTold(test) && !isUnsteady(test) ? test.name : [],
    );
  const leaking = watched.reports.filter(({ report }) => report.leaks.length > 0);
  const failed = watched.results.filter(isTold);
  // what is nobody's is told as a test or hook of its own
  const more = without(names(watched.results), names(bare.results));
  return [
    ...(bare.results.length === 0 ? ['no test was run without leaklab'] : []),
    ...listed('is missing with leaklab', without(names(bare.results), names(watched.results))),
    ...listed('is only there with leaklab', without(more, names(failed))),
    ...listed('fails with leaklab, and not for a leak', without(ownFailures(watched), ownFailures(bare))),
    ...listed('fails without leaklab', ownFailures(bare)),
    ...exitProblems(bare, watched, leaking),
    ...countProblems(leaking, failed),
    ...failedProbes(watched.reports),
  ];
}

function exitProblems(bare: SuiteRun, watched: SuiteRun, leaking: readonly TestReport[]): string[] {
  if (leaking.length > 0) return watched.code === 0 ? ['exit code 0 with a leak'] : [];
  return watched.code === bare.code ? [] : [`exit code ${watched.code}, ${bare.code} without leaklab`];
}

/** Who leaks has failed, and with the leak as the reason. */
function countProblems(leaking: readonly TestReport[], failed: readonly TestResult[]): string[] {
  return leaking.length === failed.length
    ? []
    : [`${leaking.length} tests and files leave something, ${failed.length} failed for it`];
}

function failedProbes(reports: readonly TestReport[]): string[] {
  const failed = reports.flatMap(({ report }) => report.failedProbes);
  return [...new Set(failed.map(({ probe, error }) => `probe ${probe} failed: ${error}`))];
}

function names(results: readonly TestResult[]): string[] {
  return results.map(({ name }) => name);
}

/** Those of the first list that the second has not, as often as it has them more often. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const rest = [...other];
  return list.filter((each) => {
    const at = rest.indexOf(each);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}

function listed(what: string, titles: readonly string[]): string[] {
  return titles.map((title) => `${JSON.stringify(title)} ${what}`);
}
