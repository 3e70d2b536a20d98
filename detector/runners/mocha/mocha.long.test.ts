import { expect, test } from 'vitest';
import { guide } from '../fixtures/guide.ts';
import { runNode, linesOf, type Ran } from '../fixtures/run-node.ts';
import { suites } from '../fixtures/suites.ts';
import {
  verdictLeaks,
  verdictLines,
  verdictSettings,
  verdictSuite,
  verdictTitles,
} from '../fixtures/verdict-suite.ts';

const suite = suites();
const settings = { 'leaklab.json': '{ "budget": 60, "verdict": "test" }' };

// by its path: mocha looks for names beside itself, and here it is linked from elsewhere
const entry = '../node_modules/leaklab/dist/detector/runners/mocha/index.js';

/** Returns the output of mocha's spec reporter, without times. */
async function mocha(folder: string, args: readonly string[]): Promise<Ran & { readonly lines: string[] }> {
  const ran = await runNode(['../node_modules/mocha/bin/mocha.js', '--require', entry, ...args], folder);
  const lines = ran.stdout
    .split('\n')
    .map((line) => line.replace(/ \(\d+m?s\)$/, '').trimEnd())
    .filter((line) => line !== '');
  return { ...ran, lines };
}

const soon = 'const soon = () => new Promise((resolve) => setTimeout(resolve, 5));\n';

test.concurrent('who leaks fails once, at its line, and hooks see the state that they know', async () => {
  const folder = suite({
    ...settings,
    'a.test.js': `${soon}
describe('orders', () => {
  let timer;
  beforeEach(() => { timer = setInterval(() => {}, 1000); });
  afterEach(function () {
    clearInterval(timer);
    console.log(this.currentTest.title, this.currentTest.state, this.currentTest.err?.message);
  });
  it('clean', soon);
  it('calls back', (done) => { setTimeout(done, 5); });
  it('leaks', async () => { await soon(); setInterval(() => {}, 1000).unref(); });
  it('fails', () => { throw new Error('broken'); });
  it('fails and leaks', () => { setInterval(() => {}, 1000).unref(); throw new Error('both'); });
  it('skips itself', function () { this.skip(); });
  let runs = 0;
  it('leaks once', () => { if (runs++ === 0) setInterval(() => {}, 1000).unref(); }).retries(1);
  let tries = 0;
  it('is flaky', () => { if (tries++ === 0) throw new Error('flaky'); }).retries(1);
});`,
    'b.test.js': `
describe('later', () => {
  before(() => { setInterval(() => {}, 1000).unref(); });
  it('is clean', () => {});
});`,
  });
  const { code, stderr, lines, reports, stdout } = await mocha(folder, ['a.test.js', 'b.test.js']);
  expect(
    lines.slice(
      0,
      lines.findIndex((line) => line.startsWith('  1) orders')),
    ),
  ).toEqual([
    '  orders',
    'clean passed undefined',
    '    ✔ clean',
    'calls back passed undefined',
    '    ✔ calls back',
    'leaks passed undefined',
    '    1) leaks',
    'fails failed broken',
    '    2) fails',
    'fails and leaks failed both',
    '    3) fails and leaks',
    'skips itself undefined undefined',
    '    - skips itself',
    'leaks once passed undefined',
    '    4) leaks once',
    'is flaky undefined undefined',
    'is flaky passed undefined',
    '    ✔ is flaky',
    '  later',
    '    ✔ is clean',
    '  5) "after all" hook: leaklab for b.test.js',
    expect.stringMatching(/^ {2}4 passing/),
    '  1 pending',
    '  5 failing',
  ]);
  expect({ code, stderr: stderr.trimEnd().split('\n') }).toEqual({
    code: 5,
    stderr: [
      'leaklab: 3 of 9 tests and 1 file leak from 4 lines',
      expect.stringMatching(
        /^leaklab: next: fix a\.test\.js:12, a\.test\.js:14, a\.test\.js:17 and 1 more, or accept/,
      ),
    ],
  });
  expect(linesOf(reports)).toEqual([
    'orders > clean: nothing',
    'orders > calls back: nothing',
    'orders > leaks: 1 timer at 12',
    'orders > fails: nothing',
    'orders > fails and leaks: 1 timer at 14',
    'orders > skips itself: nothing',
    'orders > leaks once: 1 timer at 17',
    'orders > is flaky: nothing',
    'orders > is flaky again: nothing',
    '(file): nothing',
    'later > is clean: nothing',
    '(file): 1 timer at 3',
  ]);
  expect(stdout.split('1 timer (Timeout, setInterval)').length - 1).toBe(4);
  // below the test's own frame stand none of ours
  expect(stdout).toMatch(/Error: broken\n +at Context\.<anonymous> \(.*a\.test\.js:13:29\)\n\n/);
});

test.concurrent('parallel: each file in its own process, the options and helpers of the guide', async () => {
  const folder = suite({
    ...settings,
    'a.test.js': guide('mocha', 'orders.test.js'),
    'b.test.js': `
import { configure } from 'leaklab/mocha';
configure({ per: 'file' });
describe('as a whole', () => {
  it('leaves', () => { setInterval(() => {}, 1000).unref(); });
  it('is beside it', () => {});
});`,
  });
  const { code, reports, stdout } = await mocha(folder, [
    '--parallel',
    '--jobs',
    '2',
    'a.test.js',
    'b.test.js',
  ]);
  expect(code).toBe(1);
  expect(linesOf(reports).toSorted()).toEqual([
    '(file): 1 timer at 5',
    '(file): nothing',
    'orders > closes what it opens: nothing',
    'orders > retries at once: nothing',
    'orders > retries later: nothing',
    'orders > shows that the old client leaks: nothing',
  ]);
  expect(stdout).toContain('LeakError: b.test.js, as a whole > leaves: 1 leak from 1 line');
});

test.concurrent('a second run at level full has the last word, and is no attempt of the test', async () => {
  const folder = suite({
    'leaklab.json': '{ "budget": 60, "level": "counts" }',
    'a.test.js': `import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
const runs = {};
const left = [];
const listen = async ({ test: { title } }) => {
  runs[title] = (runs[title] ?? 0) + 1;
  const server = createServer().listen(0);
  left.push(server);
  await once(server, 'listening');
  return server;
};
describe('orders', () => {
  let hooks = 0;
  beforeEach(() => { hooks += 1; });
  after(() => { for (const server of left) server.unref(); });
  it('leaks', async function () { await listen(this); });
  it('is clean', async function () { (await listen(this)).close(); });
  it('leaks the first time', async function () {
    const server = await listen(this);
    if (runs[this.test.title] === 2) server.close();
  });
  it('can not run twice', async function () {
    await listen(this);
    if (runs[this.test.title] === 2) throw new Error('twice');
  });
  it('fails', async function () { await listen(this); throw new Error('broken'); });
  it('skips itself', async function () { await listen(this); this.skip(); });
  let tries = 0;
  it('is flaky', async function () { (await listen(this)).close(); if (tries++ === 0) throw new Error('flaky'); }).retries(1);
  it('have run', () => {
    assert.deepEqual(runs, {
      'leaks': 2, 'is clean': 1, 'leaks the first time': 2, 'can not run twice': 2, 'fails': 1, 'skips itself': 1, 'is flaky': 2,
    });
    assert.equal(hooks, 12);
  });
});`,
  });
  const { code, lines, reports, stdout } = await mocha(folder, ['a.test.js']);
  expect(lines.slice(0, 9)).toEqual([
    '  orders',
    '    1) leaks',
    '    ✔ is clean',
    '    ✔ leaks the first time',
    '    2) can not run twice',
    '    3) fails',
    '    - skips itself',
    '    ✔ is flaky',
    '    ✔ have run',
  ]);
  expect(code).toBe(3);
  expect(linesOf(reports)).toEqual([
    'orders > leaks: 1 server at 8',
    'orders > is clean: nothing',
    'orders > leaks the first time: nothing',
    'orders > can not run twice: 1 server at no line',
    'orders > fails: 1 server at no line',
    'orders > skips itself: 1 server at no line',
    'orders > is flaky: nothing',
    'orders > is flaky again: nothing',
    'orders > have run: nothing',
  ]);
  expect(stdout).not.toContain('RerunRequest');
});

test.concurrent('per run: one check when all is over', async () => {
  const folder = suite({
    'leaklab.json': '{ "budget": 60, "per": "run" }',
    'a.test.js': "it('leaves', () => { setInterval(() => {}, 1000).unref(); });",
    'b.test.js': "it('is clean', () => {});",
  });
  const { code, lines, reports } = await mocha(folder, ['a.test.js', 'b.test.js']);
  expect(code).toBe(1);
  expect(lines.slice(0, 3)).toEqual([
    '  ✔ leaves',
    '  ✔ is clean',
    '  1) "after all" hook: leaklab for this run',
  ]);
  expect(linesOf(reports)).toEqual(['(run): 1 timer at 1']);
});

test.concurrent(
  "a clean suite is reported as without leaklab, and settings that can't be used stop it",
  async () => {
    const tests = { 'a.test.js': "describe('orders', () => { it('is clean', () => {}); });" };
    const folder = suite(tests);
    const seen = await mocha(folder, ['a.test.js']);
    const bare = await runNode(['../node_modules/mocha/bin/mocha.js', 'a.test.js'], folder);
    const withoutTimes = ({ code, stdout, stderr }: Ran): unknown => [
      code,
      stdout.replaceAll(/ \(\d+m?s\)/g, ''),
      stderr,
    ];
    expect(withoutTimes(seen)).toEqual(withoutTimes(bare));
    const wrong = await mocha(suite({ ...tests, 'leaklab.json': '{ "per": "suite" }' }), ['a.test.js']);
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toContain('leaklab.json: expected "per" to be one of test, file, run, got "suite"');
  },
);

test.concurrent(
  'judged when all files have cleaned up, however long it takes',
  { timeout: 60_000 },
  async () => {
    const calls = { head: "describe('suite', () => {", test: 'it', after: 'after' };
    for (const busy of [0, 1500]) {
      const folder = suite({
        'leaklab.json': verdictSettings,
        'a.test.cjs': `${verdictSuite(calls, busy)}});`,
        'b.test.cjs': `after(() => clearInterval(globalThis.shared));
describe('another', () => { it('opens what the root closes', () => { globalThis.shared = setInterval(() => {}, 1000); }); });`,
      });
      const args = ['--exit', '--reporter=json', 'b.test.cjs', 'a.test.cjs'];
      const { code, stdout, reports } = await mocha(folder, args);
      const { stats, failures } = JSON.parse(stdout) as {
        readonly stats: { readonly passes: number; readonly failures: number };
        readonly failures: readonly { readonly title: string; readonly err: { readonly message: string } }[];
      };
      expect(failures.map(({ title }) => title)).toEqual([...verdictLeaks.keys()]);
      expect(failures[0]?.err.message).toContain(
        'suite > leaves an interval (a.test.cjs): 1 leak from 1 line',
      );
      expect(stats).toMatchObject({
        passes: verdictTitles.length + 1 - verdictLeaks.size,
        failures: verdictLeaks.size,
      });
      expect(code).toBe(verdictLeaks.size);
      const lines = linesOf(reports).map((line) => line.replace('suite > ', ''));
      expect(lines.toSorted()).toEqual(
        ['(file): nothing', 'another > opens what the root closes: nothing', ...verdictLines].toSorted(),
      );
    }
  },
);

const callbacks = `const poll = () => setInterval(() => {}, 1000).unref();
describe('orders', () => {
  it('calls back', (done) => { setTimeout(done, 5); });
  it('calls back and leaks', function (done) { this.timeout(200); poll(); setTimeout(done, 5); });
  it('calls back at once and leaks', (done) => { poll(); done(); });
  it('calls back twice', (done) => { done(); done(); });
  it('is behind them', (done) => { setTimeout(done, 5); });
});`;

test.concurrent.each(['file', 'test'])(
  'verdict "%s": no test runs on while it is judged, so `done` is called as often as the test calls it',
  async (verdict) => {
    const folder = suite({
      // longer than a test may take
      'leaklab.json': JSON.stringify({ budget: 500, verdict }),
      'a.test.js': callbacks,
    });
    const { stdout } = await mocha(folder, ['--reporter=json', 'a.test.js']);
    const { stats, failures } = JSON.parse(stdout) as {
      readonly stats: { readonly passes: number };
      readonly failures: readonly { readonly title: string; readonly err: { readonly message: string } }[];
    };
    const messages = failures.map(({ title, err }) => `${title}: ${err.message.split('\n')[0]}`);
    expect(messages.toSorted()).toEqual([
      'calls back and leaks: orders > calls back and leaks (a.test.js): 1 leak from 1 line',
      'calls back at once and leaks: orders > calls back at once and leaks (a.test.js): 1 leak from 1 line; again: 1 timer (Timeout, setInterval) at a.test.js:1:20 in poll; see the report on orders > calls back and leaks (a.test.js)',
      expect.stringMatching(
        /^calls back twice: done\(\) called multiple times in test <orders calls back twice>/,
      ),
    ]);
    // mocha counts the test that calls back twice as passed, too
    expect(stats.passes).toBe(3);
  },
);

test.concurrent('parallel: a test that leaked is not counted as passed', async () => {
  const folder = suite({
    'leaklab.json': verdictSettings,
    'a.test.js': callbacks.replace(/.*twice.*\n/, ''),
  });
  const { code, lines } = await mocha(folder, ['--parallel', '--jobs', '2', 'a.test.js']);
  expect(code).toBe(2);
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}2 passing/));
  expect(lines).toContain('  2 failing');
});
