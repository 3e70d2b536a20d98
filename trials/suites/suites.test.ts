import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Finding, Report } from '../../detector/index.ts';
import type { TestReport } from '../../detector/internal.ts';
import { reportOf } from '../../lab/fixtures/report.ts';
import { readByHand } from './by-hand.ts';
import { causesOf } from './cause.ts';
import { compared, readJudgements, readMerges } from './judgement.ts';
import { readObservations } from './observation.ts';
import { pagePath } from './save-observation.ts';
import { resultsOf } from './results.ts';
import type { SuiteRun } from './run-suite.ts';
import { suites } from './list/suites.ts';
import type { Suite } from './suite.ts';
import { suitesPage } from './suites-page.ts';
import { problemsOf } from './verdict-of-run.ts';

const [suite] = suites as readonly [Suite];

function finding(line: number | undefined, count = 1): Finding {
  return {
    kind: 'fd',
    type: 'fs.open',
    count,
    ...(line !== undefined && { site: { file: '/app/test/a.js', line, column: 1, function: 'open' } }),
    related: [],
    stack: line === undefined ? ['Worker (node:internal/worker:280:21)'] : [],
    owner: 'a test',
    evidence: 'alive',
  };
}

function runnerReport(
  unit: TestReport['unit'],
  leaks: readonly Finding[],
  failedProbes: Report['failedProbes'] = [],
): TestReport {
  const report = reportOf(leaks, { failedProbes });
  return { version: 1, runner: 'node:test', node: 'v24.0.0', unit, file: '/app/test/a.js', name: [], report };
}

test('a cause is a line, counted over all reports', () => {
  const reports = [
    runnerReport('test', [finding(3), finding(9, 4)]),
    runnerReport('file', [finding(3), finding(undefined)]),
    runnerReport('test', []),
  ];
  expect(causesOf(reports, '/app')).toEqual([
    { key: 'fd test/a.js:9 open', count: 4, units: 1 },
    { key: 'fd test/a.js:3 open', count: 2, units: 2 },
    { key: 'fd of no line, made in Worker', count: 1, units: 1 },
  ]);
});

test('new causes and gone causes are listed; what comes and goes is neither', () => {
  const judgement = { suite: 'a', what: '', verdict: 'by design', reason: '' } as const;
  const [known, fresh, seldom] = ['known', 'fresh', 'seldom'].map((key) => ({ key, count: 1, units: 1 }));
  if (!known || !fresh || !seldom) throw new Error('unreachable');
  const judgements = [
    { ...judgement, causes: ['known', 'gone'] },
    { ...judgement, causes: [], sometimes: ['seldom', 'not today'] },
  ];
  expect(compared([known, fresh, seldom], judgements)).toEqual({ fresh: [fresh], gone: ['gone'] });
});

describe('a run with leaklab beside one without', () => {
  const told = 'Error [LeakError]: b (a.js): 1 leak from 1 line';
  const run = (
    code: number,
    failures: Readonly<Record<string, string | undefined>>,
    reports: readonly TestReport[] = [],
  ): SuiteRun => ({
    code,
    ms: 1,
    output: [],
    reports,
    results: Object.entries(failures).map(([name, failure]) => ({
      name,
      ...(failure !== undefined && { failure }),
    })),
  });
  const bare = run(0, { a: undefined, b: undefined });
  const clean = [runnerReport('test', []), runnerReport('test', [])];
  const leaky = [runnerReport('test', []), runnerReport('test', [finding(3)])];

  test.each([
    { title: 'clean', watched: run(0, { a: undefined, b: undefined }, clean), problems: [] },
    { title: 'a leak that is reported', watched: run(1, { a: undefined, b: told }, leaky), problems: [] },
    {
      title: 'a file that fails beside its tests',
      watched: run(1, { a: undefined, b: undefined, 'leaklab: a.js': told }, [
        ...clean,
        runnerReport('file', [finding(3)]),
      ]),
      problems: [],
    },
    {
      title: 'a file that fails for two of its tests',
      watched: run(
        1,
        { a: undefined, b: undefined, 'leaklab: a.js': `2 tests leaked\n\n${told}\n\n${told}` },
        [runnerReport('test', [finding(3)]), runnerReport('test', [finding(3)])],
      ),
      problems: [],
    },
    {
      title: 'a file that fails for one of two tests',
      watched: run(1, { a: undefined, b: undefined, 'leaklab: a.js': told }, [
        runnerReport('test', [finding(3)]),
        runnerReport('test', [finding(3)]),
      ]),
      problems: ['2 tests and files leak, 1 failed for it'],
    },
    {
      title: 'exit code 0 with a leak',
      watched: run(0, { a: undefined, b: told }, leaky),
      problems: ['exit code 0 with a leak'],
    },
    {
      title: 'another exit code without a leak',
      watched: run(7, { a: undefined, b: undefined }, clean),
      problems: ['exit code 7, 0 without leaklab'],
    },
    {
      title: 'a leak that is not reported',
      watched: run(1, { a: undefined, b: undefined }, leaky),
      problems: ['1 tests and files leak, 0 failed for it'],
    },
    {
      title: 'a test that leaklab breaks',
      watched: run(0, { a: 'expected 1 to be 2', b: undefined }, clean),
      problems: ['"a" fails with leaklab, and not for a leak'],
    },
    {
      title: 'a test that is not run',
      watched: run(0, { a: undefined }, clean),
      problems: ['"b" is missing with leaklab'],
    },
    {
      title: 'a test that comes from nowhere',
      watched: run(0, { a: undefined, b: undefined, c: undefined }, clean),
      problems: ['"c" is only there with leaklab'],
    },
    {
      title: 'a probe that fails',
      watched: run(0, { a: undefined, b: undefined }, [
        runnerReport('test', [], [{ probe: 'servers', error: 'no' }]),
        runnerReport('test', [], [{ probe: 'servers', error: 'no' }]),
      ]),
      problems: ['probe servers failed: no'],
    },
  ])('$title', ({ watched, problems }) => {
    expect(problemsOf(suite, bare, watched)).toEqual(problems);
  });

  test('a suite that fails by itself', () => {
    const broken = run(1, { a: 'no network' });
    expect(problemsOf(suite, broken, broken)).toEqual(['"a" fails without leaklab']);
    const unsteady = { ...suite, unsteady: { names: ['a'], why: 'needs a quick machine' } };
    expect(problemsOf(unsteady, broken, broken)).toEqual([]);
    expect(problemsOf(suite, run(0, {}), run(0, {}))).toEqual(['no test was run without leaklab']);
  });
});

describe('what runners report', () => {
  test('node:test, in TAP', () => {
    const tap = `TAP version 13
# Subtest: a
    # Subtest: b
    not ok 1 - b
      ---
      error: 'b (a.js): 1 leak from 1 line'
      ...
    1..1
not ok 1 - a
  ---
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
not ok 2 - c
  ---
  failureType: 'testCodeFailure'
  error: 'no'
  ...
ok 3 - d
1..3
`;
    expect(resultsOf('node:test', tap)).toEqual([
      { name: 'a > b', failure: '{"error":"b (a.js): 1 leak from 1 line"}' },
      { name: 'a' },
      { name: 'c', failure: '{"failureType":"testCodeFailure","error":"no"}' },
      { name: 'd' },
    ]);
  });

  test('vitest, in JUnit', () => {
    const junit = `<?xml version="1.0"?><testsuites><testsuite name="a.test.ts">
      <testcase name="b"><failure message="no" type="Error">at a line</failure></testcase><testcase name="c"/>
    </testsuite></testsuites>`;
    expect(resultsOf('vitest', junit)).toEqual([
      { name: 'a.test.ts > b', failure: 'no\nat a line' },
      { name: 'a.test.ts > c' },
    ]);
  });

  test('jest, in JSON, with the files that failed as a whole', () => {
    const json = {
      testResults: [
        {
          name: '/app/a.test.js',
          message: 'b: no',
          status: 'failed',
          assertionResults: [
            { fullName: 'a', status: 'passed', failureMessages: [] },
            { fullName: 'b', status: 'failed', failureMessages: ['no', 'left'] },
            { fullName: 'c', status: 'pending', failureMessages: null },
          ],
        },
        { name: '/app/d.test.js', message: 'does not load', status: 'failed', assertionResults: [] },
      ],
    };
    expect(resultsOf('jest', JSON.stringify(json))).toEqual([
      { name: 'a' },
      { name: 'b', failure: 'no\nleft' },
      { name: 'c' },
      { name: 'd.test.js', failure: 'does not load' },
    ]);
  });

  test('mocha, in JSON, with the hooks that failed', () => {
    const json = {
      tests: [
        { fullTitle: 'a', err: {} },
        { fullTitle: 'b', err: { message: 'no', stack: 'at a line' } },
      ],
      failures: [
        { fullTitle: 'b', err: { message: 'no', stack: 'at a line' } },
        { fullTitle: '"after all" hook', err: { message: 'left', stack: '' } },
      ],
    };
    expect(resultsOf('mocha', JSON.stringify(json))).toEqual([
      { name: 'a' },
      { name: 'b', failure: 'no\nat a line' },
      { name: '"after all" hook', failure: 'left\n' },
    ]);
  });
});

test('every judgement is of a suite, and no cause is judged twice', () => {
  const names = suites.map(({ name }) => name);
  const judgements = readJudgements();
  expect(judgements.filter(({ suite: name }) => !names.includes(name))).toEqual([]);
  const keys = judgements.flatMap(({ suite: name, causes, sometimes = [] }) =>
    [...causes, ...sometimes].map((key) => `${name}: ${key}`),
  );
  expect(keys).toEqual([...new Set(keys)]);
});

test('suites that were run by hand are none of those that run by command', () => {
  const byHand = readByHand();
  const names = byHand.map(({ package: name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(names.filter((name) => suites.some((each) => each.package === name))).toEqual([]);
  expect(
    byHand.filter(({ leaking, lines, wrong }) => wrong > lines || (leaking === 0) !== (lines === 0)),
  ).toEqual([]);
});

test('every observed suite has one answer to whether its maintainer would merge the line', () => {
  const answered = readMerges().map(({ suite: name }) => name);
  const observed = readObservations().map(({ suite: name }) => name);
  expect(answered.toSorted()).toEqual(observed.toSorted());
});

test('docs/suites.md matches the results and judgements', () => {
  const observations = readObservations();
  const known = new Set(suites.map(({ name }) => name));
  expect(observations.filter((each) => !known.has(each.suite))).toEqual([]);
  expect(readFileSync(pagePath, 'utf8')).toBe(suitesPage(observations));
});

test('every cause that was seen has a judgement', () => {
  const judgements = readJudgements();
  const told = readObservations().map(({ suite: name, causes }) =>
    compared(
      causes,
      judgements.filter((each) => each.suite === name),
    ),
  );
  expect(told).toEqual(told.map(() => ({ fresh: [], gone: [] })));
});
