import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guide } from '../fixtures/guide.ts';
import { runNode, linesOf, type Ran } from '../fixtures/run-node.ts';
import { suites } from '../fixtures/suites.ts';
import { verdictLeaks, verdictLines, verdictSuite, verdictTitles } from '../fixtures/verdict-suite.ts';

const suite = suites();
// a start of jest takes a second where nothing else runs
const patient = { timeout: 180_000 };
const settings = { 'leaklab.json': '{ "budget": 60 }' };
const commonJs = {
  ...settings,
  'package.json': '{ "type": "commonjs" }',
  'jest.config.cjs': "module.exports = { setupFilesAfterEnv: ['leaklab/jest'], transform: {} };",
};

interface Result {
  /** `suite > test: passed`. */
  readonly tests: readonly string[];
  readonly message: string;
}

async function jest(
  folder: string,
  args: readonly string[],
  node: readonly string[] = [],
): Promise<Ran & Result> {
  const ran = await runNode(
    [...node, '../node_modules/jest/bin/jest.js', '--json', '--watchman=false', ...args],
    folder,
  );
  const { testResults } = JSON.parse(ran.stdout) as {
    testResults: readonly {
      readonly message: string;
      readonly assertionResults: readonly {
        readonly ancestorTitles: readonly string[];
        readonly title: string;
        readonly status: string;
      }[];
    }[];
  };
  return {
    ...ran,
    tests: testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(
        ({ ancestorTitles, title, status }) => `${[...ancestorTitles, title].join(' > ')}: ${status}`,
      ),
    ),
    message: testResults.map(({ message }) => message).join('\n'),
  };
}

test.concurrent(
  'CommonJS, two workers: who leaks fails, at its line, beside tests that run at the same time',
  patient,
  async () => {
    const folder = suite({
      ...commonJs,
      'a.test.js': `
describe('orders', () => {
  const soon = () => new Promise((resolve) => setTimeout(resolve, 5));
  beforeEach(async () => { await soon(); });
  afterEach((done) => { setImmediate(done); });
  test('clean', soon);
  test.concurrent('first', async () => { await soon(); await soon(); });
  test.concurrent('second', async () => { await soon(); setInterval(() => {}, 1000).unref(); await soon(); });
  test.concurrent('third', async () => { await soon(); await soon(); });
  test.each([1, 2])('row %s', async (row) => { if (row === 2) setInterval(() => {}, 1000).unref(); });
  test('fails and leaks', () => {
    setInterval(() => {}, 1000).unref();
    expect(1).toBe(2);
  });
});`,
      'b.test.js': "beforeAll(() => { setInterval(() => {}, 1000).unref(); });\ntest('clean', () => {});",
    });
    const { code, tests, message, reports } = await jest(folder, ['--maxWorkers=2']);
    expect(code).toBe(1);
    expect(tests.toSorted()).toEqual([
      'clean: passed',
      'orders > clean: passed',
      'orders > fails and leaks: failed',
      'orders > first: passed',
      'orders > row 1: passed',
      'orders > row 2: failed',
      'orders > second: failed',
      'orders > third: passed',
    ]);
    expect(linesOf(reports).toSorted()).toEqual([
      '(file): 1 timer at 1',
      '(file): nothing',
      'clean: nothing',
      'orders > clean: nothing',
      'orders > fails and leaks: 1 timer at 12',
      'orders > first: nothing',
      'orders > row 1: nothing',
      'orders > row 2: 1 timer at 10',
      'orders > second: 1 timer at 8',
      'orders > third: nothing',
    ]);
    expect(reports.find(({ name }) => name.includes('row 2'))).toMatchObject({ line: 10, runner: 'jest' });
    expect(message).toContain('expect(received).toBe(expected)');
    expect(message).toContain('LeakError: orders > fails and leaks (a.test.js:11): 1 leak from 1 line');
    expect(message).toContain('LeakError: b.test.js: 1 leak from 1 line');
  },
);

test.concurrent(
  'ES modules, one process: beside the tests, again, with false clocks, the lines of the guide',
  patient,
  async () => {
    const folder = suite({
      ...settings,
      'jest.config.js': "export default { setupFilesAfterEnv: ['leaklab/jest'], transform: {} };",
      'a.test.js': `
import { jest } from '@jest/globals';
import { configure } from 'leaklab/jest';
jest.retryTimes(2);
let runs = 0;
test('leaks once', () => { if (runs++ === 0) setInterval(() => {}, 1000).unref(); });
let tries = 0;
test('is flaky', () => { if (tries++ < 2) throw new Error('flaky'); });
test('was tried', () => { expect([runs, tries]).toEqual([1, 1]); });
test('false clocks', () => {
  jest.useFakeTimers();
  setInterval(() => {}, 1000);
  jest.advanceTimersByTime(5000);
});
test('tolerated', () => {
  jest.useRealTimers();
  configure({ ignore: [{ kind: 'timer', reason: 'ours' }] });
  setInterval(() => {}, 1000).unref();
});`,
      'b.test.js': `
import { configure } from 'leaklab/jest';
configure({ per: 'file' });
test('leaves', () => { setInterval(() => {}, 1000).unref(); });
test('is beside it', () => {});`,
      'c.test.js': guide('jest', 'orders.test.js'),
      'd.test.js': "import './no-such.js';",
      'e.test.js': "test('is clean behind a file that can not be loaded', () => {});",
    });
    const { code, tests, message, reports } = await jest(
      folder,
      ['--runInBand'],
      ['--experimental-vm-modules', '--no-warnings'],
    );
    expect(code).toBe(1);
    expect(tests.toSorted()).toEqual([
      'closes what it opens: passed',
      'false clocks: passed',
      'is beside it: passed',
      'is clean behind a file that can not be loaded: passed',
      'is flaky: passed',
      'leaks once: failed',
      'leaves: passed',
      'retries > at once: passed',
      'retries > later: passed',
      'shows that the old client leaks: passed',
      'tolerated: passed',
      'was tried: passed',
    ]);
    expect(linesOf(reports).filter((line) => !line.endsWith(': nothing'))).toEqual([
      'leaks once: 1 timer at 6',
      '(file): 1 timer at 4',
    ]);
    expect(linesOf(reports).filter((line) => line.includes(' again'))).toEqual([
      'is flaky again: nothing',
      'is flaky again: nothing',
    ]);
    expect(message).toContain('LeakError: b.test.js, leaves: 1 leak from 1 line');
  },
);

test.concurrent(
  'a second run at level full has the last word, and is no try of the test',
  patient,
  async () => {
    const folder = suite({
      ...commonJs,
      'leaklab.json': '{ "budget": 60, "level": "counts" }',
      'a.test.js': `
const { once } = require('node:events');
const { createServer } = require('node:net');
const runs = {};
const left = [];
const listen = async (title) => {
  runs[title] = (runs[title] ?? 0) + 1;
  const server = createServer().listen(0);
  left.push(server);
  await once(server, 'listening');
  return server;
};
let hooks = 0;
beforeEach(() => { hooks += 1; });
afterAll(() => { for (const server of left) server.unref(); });
test('leaks', () => listen('leaks').then(() => {}));
test('is clean', async () => { (await listen('is clean')).close(); });
test('leaks the first time', async () => {
  const server = await listen('leaks the first time');
  if (runs['leaks the first time'] === 2) server.close();
});
test('can not run twice', async () => {
  await listen('can not run twice');
  if (runs['can not run twice'] === 2) throw new Error('of the second run');
});
test('fails', async () => { await listen('fails'); throw new Error('broken'); });
describe('behind them', () => {
  test('have run', () => {
    expect(runs).toMatchObject({ leaks: 2, 'is clean': 1, 'can not run twice': 2, fails: 1 });
    expect(hooks).toBe(9);
  });
});
describe('as a whole', () => {
  jest.retryTimes(1, { entireDescribe: true });
  let times = 0;
  test('leaks once', async () => { if (times++ === 0) await listen('as a whole'); });
});`,
    });
    const { code, tests, message, reports } = await jest(folder, ['--runInBand']);
    expect(code).toBe(1);
    expect(tests).toEqual([
      'leaks: failed',
      'is clean: passed',
      'leaks the first time: passed',
      'can not run twice: failed',
      'fails: failed',
      'behind them > have run: passed',
      'as a whole > leaks once: failed',
    ]);
    expect(linesOf(reports)).toEqual([
      'leaks: 1 server at 8',
      'is clean: nothing',
      'leaks the first time: nothing',
      'can not run twice: 1 server at no line',
      'fails: 1 server at no line',
      'behind them > have run: nothing',
      'as a whole > leaks once: 1 server at no line',
      'as a whole > leaks once again: 1 server at no line',
    ]);
    expect(message).not.toContain('RerunRequest');
    expect(message).toContain('broken');
    expect(message).not.toMatch(/^ +of the second run/m);
  },
);

test.concurrent('judged when the file has cleaned up, however long it takes', patient, async () => {
  const calls = { head: '// no imports', test: 'test', after: 'afterAll' };
  for (const busy of [0, 1500]) {
    const folder = suite({ ...commonJs, 'a.test.js': verdictSuite(calls, busy) });
    const { code, tests, stderr, reports } = await jest(folder, ['--forceExit']);
    expect(tests).toEqual(
      verdictTitles.map((title) => `${title}: ${verdictLeaks.has(title) ? 'failed' : 'passed'}`),
    );
    expect(code).toBe(1);
    expect(linesOf(reports).toSorted()).toEqual(verdictLines);
    expect(stderr).toContain('Tests:       3 failed, 7 passed, 10 total');
  }
});

test.concurrent('another test runner of jest is refused before any test runs', patient, async () => {
  const folder = suite({
    'package.json': '{ "type": "commonjs" }',
    'jest.config.cjs': `module.exports = {
      setupFilesAfterEnv: ['leaklab/jest'], transform: {}, testRunner: './runner.cjs',
    };`,
    // does what jest-jasmine2 does with a file, as far as it comes
    'runner.cjs': `module.exports = async (_globalConfig, config, environment, runtime, testPath) => {
      environment.global.jasmine = {};
      for (const file of config.setupFilesAfterEnv) runtime.requireModule(file);
      runtime.requireModule(testPath);
    };`,
    'a.test.js': "throw new Error('a test has run');",
  });
  const { version } = JSON.parse(readFileSync(join(folder, '../node_modules/jest/package.json'), 'utf8')) as {
    readonly version: string;
  };
  const { code, message } = await jest(folder, []);
  expect(code).toBe(1);
  expect(message.trim()).toBe(
    `● Test suite failed to run\n\n    leaklab/jest needs jest 27 or later with its own test runner, jest-circus; jest ${version} runs this file in jest-jasmine2: remove \`testRunner\` from jest's configuration`,
  );
});
