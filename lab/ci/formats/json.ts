import { holds, pathFrom, type Cause, type Results, type Verified } from './results.ts';

/** Formats all results as JSON; paths are relative to the root, with `/`. */
export function toJson(results: Results): string {
  const { root, tests, causes, tolerated, fixed, problems, remarks } = results;
  const content = {
    version: 1,
    holds: holds(results),
    summary: {
      tests: tests.length,
      leaks: causes.reduce((sum, { finding }) => sum + finding.count, 0),
      causes: causes.length,
      tolerated: tolerated.length,
      fixed: fixed.length,
      problems: problems.length,
      nodes: [...new Set(tests.map(({ node }) => node))],
    },
    causes: causes.map((cause) => shown(cause, root)),
    tolerated: tolerated.map((cause) => ({ ...shown(cause, root), reason: cause.reason })),
    fixed,
    problems,
    unusedRules: remarks.unusedRules,
    expiredRules: remarks.expiredRules,
    notJudged: remarks.notJudged,
    failedProbes: remarks.failedProbes,
    tests: tests.map((test) => ({ ...shownTest(test, root), leaks: test.report.leaks.length })),
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

function shown({ fingerprint, finding, place, seen, author }: Cause, root: string): object {
  return {
    fingerprint,
    ...(place && { place }),
    ...(author && { author }),
    finding,
    tests: seen.map((test) => shownTest(test, root)),
  };
}

function shownTest(
  { package: name, runner, node, unit, file, name: titles, line }: Verified,
  root: string,
): object {
  return {
    ...(name !== undefined && { package: name }),
    file: pathFrom(root, file),
    name: titles,
    ...(line !== undefined && { line }),
    unit,
    runner,
    node,
  };
}
