import { expect, test } from 'vitest';
import { compare } from './judge.ts';
import { fromJestJson, fromMochaJson, fromNodeJunit, leftIn } from './results.ts';
import type { ExpectedVerdict } from './suites.ts';

const report = (what: string, place: string): string =>
  `LeakError: a (a.test.js): 1 leak from 1 line\n\n${what}\n  ${place} in <anonymous>\n\n    1 | text\n`;

test.each([
  [report('1 timer (Timeout, setInterval)', 'at a.test.js:6:3'), '1 timer at a.test.js:6'],
  [
    report('1 suspended async function (await)', 'on a.test.js:7:13'),
    '1 suspended async function at a.test.js:7',
  ],
  // indented, as jest prints it, and twice
  [
    `${report('  2 servers (TCPSERVERWRAP, listen)', '    at lib/b.js:1:1')}\n${report('2 servers (TCPSERVERWRAP, listen)', 'at lib/b.js:1:1')}`,
    '2 servers at b.js:1',
  ],
  // a line that another test has reported
  [
    'LeakError: b (a.test.js): 2 leaks from 1 line; again: 2 timers (Timeout, setInterval) at a.test.js:6:3 in f (x); see the report on a (a.test.js)',
    '2 timers at a.test.js:6',
  ],
  ['Error: no leak\n    at a.test.js:1:1', ''],
])('places are read from what a runner prints: %#', (failure, left) => {
  expect(leftIn(failure)).toBe(left);
});

const expected: readonly ExpectedVerdict[] = [
  { file: 'a.test.js', title: 'a > leaks', aspect: 'per test', left: '1 timer at a.test.js:6' },
  { file: 'a.test.js', title: 'a > is clean', aspect: 'rows' },
  { file: 'b.test.js', aspect: 'per file', left: '1 timer at b.test.js:2' },
];
const right = [
  { file: 'a.test.js', title: 'a > leaks', failure: report('1 timer (Timeout)', 'at a.test.js:6:3') },
  { file: 'a.test.js', title: 'a > is clean' },
  { file: 'b.test.js', failure: report('1 timer (Timeout)', 'at b.test.js:2:3') },
];

test('expected results make no difference', () => {
  expect(compare(expected, right)).toEqual([]);
});

test('each wrong result is reported under its aspect', () => {
  const [leaks = {}, clean = {}, file = {}] = right;
  const whatOf = (...told: Parameters<typeof compare>[1]): string[] =>
    compare(expected, told).map(({ aspect, what }) => `${aspect}: ${what.split('\n')[0]}`);
  expect(whatOf({ title: 'a > leaks' }, clean, file)).toEqual(['per test: a > leaks passed, but leaks']);
  expect(whatOf(leaks, { ...clean, failure: 'Error: no' }, file)).toEqual([
    'rows: a > is clean failed, but is clean: Error: no',
  ]);
  expect(whatOf({ ...leaks, failure: report('1 timer (Timeout)', 'at a.test.js:9:3') }, clean, file)).toEqual(
    ['right line: a > leaks: expected 1 timer at a.test.js:6, got 1 timer at a.test.js:9'],
  );
  expect(whatOf({ ...leaks, failure: 'Error: no leak' }, clean, file)).toEqual([
    'right line: a > leaks: expected 1 timer at a.test.js:6, got Error: no leak',
  ]);
  expect(whatOf(leaks, clean)).toEqual(['per file: b.test.js as a whole: reported 0 times']);
  expect(whatOf(leaks, clean, { ...clean }, file)).toEqual(['rows: a > is clean: reported 2 times']);
  expect(whatOf(leaks, clean, file, { title: 'a > another' })).toEqual([
    'per test: a > another: not expected',
  ]);
});

test('the results of all runners are read alike', () => {
  const assertion = (title: string, status: string, ...failureMessages: string[]): object => ({
    ancestorTitles: ['a'],
    title,
    status,
    failureMessages,
  });
  const assertionResults = [
    assertion('leaks', 'failed', 'leak'),
    assertion('is clean', 'passed'),
    assertion('later', 'pending'),
  ];
  const jest = {
    name: '/x/a.test.js',
    assertionResults,
    message: '  ● a › leaks\n\n    leak\n\n  ● Test suite failed to run\n\n    of the file\n',
  };
  const vitest = { name: '/x/a.test.js', assertionResults, message: 'of the file' };
  const tests = [
    { file: 'a.test.js', title: 'a > leaks', failure: 'leak' },
    { file: 'a.test.js', title: 'a > is clean' },
  ];
  expect(fromJestJson(JSON.stringify({ testResults: [vitest] }))).toEqual([
    ...tests,
    { file: 'a.test.js', failure: 'of the file' },
  ]);
  expect(fromJestJson(JSON.stringify({ testResults: [jest] }))).toEqual([
    ...tests,
    { file: 'a.test.js', failure: '\n    of the file\n' },
  ]);
  const hook = (title: string): object => ({ title, fullTitle: title, file: null, err: { message: 'left' } });
  expect(
    fromMochaJson(
      JSON.stringify({
        passes: [{ title: 'is clean', fullTitle: 'a is clean', file: '/x/a.test.js', err: {} }],
        failures: [
          hook('"after all" hook: leaklab for x/b.test.js'),
          hook('"after all" hook: leaklab for this run'),
        ],
      }),
    ),
  ).toEqual([
    { file: 'a.test.js', title: 'a > is clean' },
    { file: 'b.test.js', failure: 'left' },
    { failure: 'left' },
  ]);
  expect(
    fromNodeJunit(`<testsuites><testsuite name="a"><testcase name="leaks"><failure message="leak">at &lt;x&gt;</failure></testcase>
<testcase name="later"><skipped/></testcase><testsuite name="b"><testcase name="is clean"/></testsuite></testsuite>
<testcase name="leaklab: x/b.test.js"><failure message="left"></failure></testcase></testsuites>`),
  ).toEqual([
    { file: 'b.test.js', failure: 'left\n' },
    { title: 'a > leaks', failure: 'leak\nat <x>' },
    { title: 'a > b > is clean' },
  ]);
});
