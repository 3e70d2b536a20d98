import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { expect, test } from 'vitest';
import { fingerprintOf, type TestReport } from '../../../detector/internal.ts';
import { leaklab, refused } from '../../fixtures/cli.ts';
import { reportOf } from '../../fixtures/report.ts';
import { tempFolders, writeFiles } from '../../fixtures/temp-folders.ts';
import { leakAt, testReport } from '../formats/fixtures/test-reports.ts';

const folder = tempFolders();
const poll = 'export function startPolling() {\n  return setInterval(() => {}, 60_000);\n}\n';

/** A repository whose test has left this, as a runner has told it. */
function repository(reports: (root: string) => readonly TestReport[]): string {
  const root = folder({ 'package.json': '{"name":"shop"}', 'src/poll.js': poll, 'test/poll.test.js': '' });
  tell(root, 'reports/1-0.jsonl', reports(root));
  return root;
}

function tell(root: string, path: string, reports: readonly TestReport[]): void {
  writeFiles(root, { [path]: reports.map((report) => `${JSON.stringify(report)}\n`).join('') });
}

const polling = (root: string): readonly TestReport[] => [
  testReport(join(root, 'test/poll.test.js'), 'stops', [leakAt(join(root, 'src/poll.js'), 2)]),
  testReport(join(root, 'test/poll.test.js'), 'starts'),
];

const tolerated = 'tolerated: 1 timer: in the baseline since 2026-01-31\n';

/** A baseline with this leak, which the test file has left. */
function baselineOf(root: string, line: number): string {
  const finding = leakAt(join(root, 'src/poll.js'), line);
  const entry = {
    fingerprint: fingerprintOf(finding, root),
    since: '2026-01-31',
    kind: 'timer',
    type: 'Timeout',
    file: 'src/poll.js',
    function: 'startPolling',
    source: poll.split('\n')[line - 1]?.trim(),
    in: ['test/poll.test.js'],
  };
  return `${JSON.stringify({ version: 1, leaks: [entry] }, null, 2)}\n`;
}

test('a leak is told with its source, its test, its package, its Node and its author', async () => {
  const root = repository(polling);
  const git = $({ cwd: root, quiet: true });
  await git`git init -q && git add src`;
  await git`git -c user.name=Ada -c user.email=ada@example.org commit -qm ${'poll for orders'}`;
  const commit = (await git`git rev-parse HEAD`).stdout.slice(0, 8);
  const date = (await git`git log -1 --format=%as`).stdout.trim();
  expect(await leaklab(['report', 'reports'], root)).toEqual({
    code: 1,
    stdout: `1 leak from 1 line in 2 tests on Node 24.21.0

1 timer (Timeout)
  at src/poll.js:2:3 in startPolling

    1 │ export function startPolling() {
  > 2 │   return setInterval(() => {}, 60_000);
      │   ^
    3 │ }

  why    a timer keeps its callback's variables in memory until it is cleared
  known  seen: still open after the wait
  test   test/poll.test.js > stops of shop on Node 24.21.0
  author Ada <ada@example.org> in ${commit} on ${date}: poll for orders

fails: 1 line to fix, or to accept with --accept
`,
    stderr: '',
  });
});

test('what is older than the change under test is blamed on who has changed the file since', async () => {
  const root = repository(polling);
  const git = $({ cwd: root, quiet: true });
  await git`git init -q && git add src`;
  await git`git -c user.name=Ada -c user.email=ada@example.org commit -qm ${'poll for orders'} && git tag base`;
  writeFiles(root, { 'src/poll.js': `${poll}// nothing stops it any more\n` });
  await git`git -c user.name=Ben -c user.email=ben@example.org commit -qam ${'less code'}`;
  const { stdout } = await leaklab(['report', 'reports', '--since', 'base'], root);
  expect(stdout).toMatch(
    /author Ben <ben@example\.org> in [\da-f]{8} on [\d-]{10}: less code\n\nfails: 1 line to fix/,
  );
});

test('today’s leaks are accepted, moved ones too; a new one fails; one that is gone must be taken out', async () => {
  const root = repository(polling);
  const args = ['report', 'reports', '--baseline', 'leaks.json'];
  expect(await leaklab(args, root)).toEqual(refused('no baseline "leaks.json"', '--accept writes it'));
  const accepted = await leaklab([...args, '--accept'], root);
  expect(accepted).toMatchObject({
    code: 0,
    stderr: 'leaks.json: 1 leak accepted, 1 of them new; 0 taken out\n',
  });

  // accepted long ago; meanwhile the line has moved
  const text = baselineOf(root, 2);
  expect(readFileSync(join(root, 'leaks.json'), 'utf8')).toBe(
    text.replace('2026-01-31', new Date().toISOString().slice(0, 10)),
  );
  writeFiles(root, { 'leaks.json': text, 'src/poll.js': `// moved\n${poll}` });
  const moved = leakAt(join(root, 'src/poll.js'), 3);
  const file = join(root, 'test/poll.test.js');
  tell(root, 'reports/1-0.jsonl', [testReport(file, 'stops', [moved])]);
  expect(await leaklab(args, root)).toEqual({
    code: 0,
    stdout: `no leaks in 1 test on Node 24.21.0\n\n${tolerated}`,
    stderr: '',
  });

  const fresh = leakAt(join(root, 'src/poll.js'), 2);
  tell(root, 'reports/1-0.jsonl', [testReport(file, 'stops', [moved, fresh])]);
  const found = await leaklab(args, root);
  expect(found.code).toBe(1);
  expect(found.stdout).toContain('1 leak from 1 line in 1 test on Node 24.21.0\n');
  expect(found.stdout).toContain('  at src/poll.js:2:3 in startPolling\n');
  expect(found.stdout.endsWith(`${tolerated}\nfails: 1 line to fix, or to accept with --accept\n`)).toBe(
    true,
  );

  tell(root, 'reports/1-0.jsonl', [testReport(file, 'stops')]);
  expect(await leaklab(args, root)).toEqual({
    code: 1,
    stdout: `no leaks in 1 test on Node 24.21.0; 1 to take out of the baseline

gone, still in the baseline; take it out with --accept: timer (Timeout) in src/poll.js (startPolling): return setInterval(() => {}, 60_000);

fails: 1 to take out of the baseline with --accept
`,
    stderr: '',
  });
  expect(await leaklab([...args, '--accept'], root)).toEqual({
    code: 0,
    stdout: 'no leaks in 1 test on Node 24.21.0\n',
    stderr: 'leaks.json: 0 leaks accepted, 0 of them new; 1 taken out\n',
  });
});

test('a part of the tests says nothing of accepted leaks in the others', async () => {
  const root = repository((at) => [testReport(join(at, 'test/other.test.js'), 'is clean')]);
  const text = baselineOf(root, 2);
  writeFiles(root, { 'leaks.json': text, 'leaklab.json': '{ "baseline": "leaks.json" }' });
  expect((await leaklab(['report', 'reports'], root)).code).toBe(0);
  expect(await leaklab(['report', 'reports', '--accept'], root)).toMatchObject({
    code: 0,
    stderr: 'leaks.json: 1 leak accepted, 0 of them new; 0 taken out\n',
  });
  expect(readFileSync(join(root, 'leaks.json'), 'utf8')).toBe(text);
});

test('reports of other machines are put together, by the last attempt; what is no report is told', async () => {
  const root = repository(polling);
  const elsewhere = (path: string): string => `/builds/shop/${path}`;
  tell(root, 'reports/macos/7-0.jsonl', [
    testReport(elsewhere('test/poll.test.js'), 'stops', [leakAt(elsewhere('src/poll.js'), 2)], {
      node: 'v22.23.3',
    }),
  ]);
  const windows = 'D:\\a\\shop\\shop\\test\\poll.test.js';
  const retried = { node: 'v26.10.0', runner: 'jest' } as const;
  tell(root, 'reports/windows/9-0.jsonl', [
    testReport(windows, 'stops', [leakAt('D:\\a\\shop\\shop\\src\\poll.js', 2)], { ...retried, attempt: 1 }),
    testReport(windows, 'stops', [], { ...retried, attempt: 2 }),
  ]);
  writeFiles(root, { 'reports/windows/9-1.jsonl': '{"version":1,"runner":"vi' });
  const { code, stdout } = await leaklab(['report', 'reports', '--json'], root);
  const { summary, causes, problems } = JSON.parse(stdout) as {
    summary: object;
    causes: { place: object; tests: object[] }[];
    problems: object[];
  };
  expect({ code, summary, problems }).toEqual({
    code: 1,
    summary: {
      tests: 4,
      leaks: 1,
      causes: 1,
      tolerated: 0,
      fixed: 0,
      problems: 1,
      nodes: ['v24.21.0', 'v22.23.3', 'v26.10.0'],
    },
    problems: [{ message: 'line 1 of reports/windows/9-1.jsonl is not a report of a test' }],
  });
  expect(causes.map(({ place }) => place)).toEqual([{ path: 'src/poll.js', line: 2, column: 3 }]);
  const test = {
    package: 'shop',
    file: 'test/poll.test.js',
    name: ['stops'],
    unit: 'test',
    runner: 'vitest',
  };
  expect(causes[0]?.tests).toEqual([
    { ...test, node: 'v22.23.3' },
    { ...test, node: 'v24.21.0' },
  ]);
});

test('formats go to their files, and something is printed all the same; GitHub gets its summary', async () => {
  const root = repository(polling);
  const formats = ['sarif', 'junit', 'tap', 'gitlab'].flatMap((name) => [
    '--format',
    name,
    '--output',
    `out/${name}`,
  ]);
  const { code, stdout } = await leaklab(['report', 'reports', ...formats], root);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^1 leak from 1 line in 2 tests on Node 24\.21\.0\n/);
  for (const name of ['sarif', 'junit', 'tap', 'gitlab'])
    expect(existsSync(join(root, 'out', name))).toBe(true);

  const summary = join(root, 'summary.md');
  const told = await leaklab(['report', 'reports', '--format', 'github'], root, {
    GITHUB_STEP_SUMMARY: summary,
  });
  expect(told.stdout).toMatch(
    /^::error file=src\/poll\.js,line=2,col=3,title=1 timer \(Timeout\) in startPolling::.*\n$/,
  );
  expect(readFileSync(summary, 'utf8')).toBe(`### leaklab: leaks

1 leak from 1 line in 2 tests on Node 24.21.0

| leak | line | leaked by | last changed by |
| --- | --- | --- | --- |
| 1 timer (Timeout) in startPolling | src/poll.js:2 | test/poll.test.js &gt; stops of shop on Node 24.21.0 |  |
`);
});

test('a rule is unused when no test of all had a use for it', async () => {
  const rule = { kind: 'timer', reason: 'stops by itself' } as const;
  const other = { kind: 'server', reason: 'lives as long as the tests' } as const;
  const root = repository((at) =>
    [[rule, other], [rule]].map((unusedRules, index) =>
      testReport(join(at, 'test/poll.test.js'), String(index), [], { report: reportOf([], { unusedRules }) }),
    ),
  );
  expect((await leaklab(['report', 'reports'], root)).stdout).toBe(
    'no leaks in 2 tests on Node 24.21.0\n\nunused rule: stops by itself\n',
  );
});

const plain = folder({ 'reports/readme.txt': '', 'wrong.json': '{}', 'file.txt': '' });

test.concurrent.each([
  {
    args: [],
    told: refused('no folder of reports', 'leaklab report reports/, after LEAKLAB_REPORTS=reports/ npm test'),
  },
  {
    args: ['nowhere'],
    told: refused(
      `no folder ${JSON.stringify(join(plain, 'nowhere'))}`,
      'run the tests with LEAKLAB_REPORTS=FOLDER, then leaklab report FOLDER',
    ),
  },
  {
    args: ['reports'],
    told: refused(
      'no reports in reports: nothing was watched',
      'run the tests with LEAKLAB_REPORTS, and with a runner in which leaklab is set up',
    ),
  },
  {
    args: ['reports', '--format', 'html'],
    told: refused('no format "html"', 'one of text, json, junit, sarif, tap, github, gitlab'),
  },
  {
    args: ['reports', '--output', 'a'],
    told: refused('--output "a" has no format', '--format sarif --output leaks.sarif'),
  },
  {
    args: ['reports', '--accept'],
    told: refused(
      '--accept without a baseline',
      '--baseline leaks.baseline.json, or "baseline": "leaks.baseline.json" in leaklab.json',
    ),
  },
  {
    args: ['reports', '--baseline', 'wrong.json'],
    told: refused(
      `${join(plain, 'wrong.json')}: expected "version" to be 1, got undefined`,
      'fix it, or delete it and write a new one with --accept',
    ),
  },
])('report $args', async ({ args, told }) => {
  expect(await leaklab(['report', ...args], plain)).toEqual(told);
});
