import type { TestReport } from '../../detector/internal.ts';
import type { SuiteRun } from './run-suite.ts';
import type { TestResult } from './results.ts';
import type { Suite } from './suite.ts';

/** Matches the message of leaklab's failures, in each runner. */
const told = /\b\d+ leaks? from \d+ lines?\b/;

/**
 * Returns what is wrong in a run with leaklab, compared with a run without.
 *
 * Both must run the same tests. With leaklab, only leaking tests may fail, and each must; with a leak the exit code is
 * not 0, and without one it is that of the other run.
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
  // a leak that belongs to no test fails an extra test or hook
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

/** Checks that each leaking test failed with the leak as the reason, or that its file names it. */
function countProblems(leaking: readonly TestReport[], failed: readonly TestResult[]): string[] {
  const named = failed.map(({ name, failure = '' }) =>
    // node:test can't fail a test that has ended: its file fails, with a headline for each test
    name.startsWith('leaklab: ') ? [...failure.matchAll(new RegExp(told, 'g'))].length : 1,
  );
  const count = named.reduce((sum, each) => sum + each, 0);
  return leaking.length === count ? [] : [`${leaking.length} tests and files leak, ${count} failed for it`];
}

function failedProbes(reports: readonly TestReport[]): string[] {
  const failed = reports.flatMap(({ report }) => report.failedProbes);
  return [...new Set(failed.map(({ probe, error }) => `probe ${probe} failed: ${error}`))];
}

function names(results: readonly TestResult[]): string[] {
  return results.map(({ name }) => name);
}

/** Returns the first list without the entries of the second, each removed once. */
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
