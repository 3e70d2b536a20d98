import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { guide } from '../fixtures/guide.ts';
import { runNode, linesOf, type Ran } from '../fixtures/run-node.ts';
import { suites, type Files } from '../fixtures/suites.ts';
import { verdictLines, verdictSettings, verdictSuite, verdictTitles } from '../fixtures/verdict-suite.ts';

const suite = suites();

/** Returns the lines of node:test's spec reporter about files, without times, and the errors. */
async function nodeTest(
  files: Files,
  args: readonly string[] = ['--test'],
): Promise<Ran & { readonly lines: string[] }> {
  const folder = suite({ 'leaklab.json': '{ "budget": 60, "verdict": "test" }', ...files });
  const ran = await runNode(
    ['--import', 'leaklab/node-test', '--test-reporter=spec', ...args, ...Object.keys(files).filter(isTest)],
    folder,
  );
  const lines = ran.stdout
    .split('\n')
    .filter((line) => /^\s*[✔✖﹣]/.test(line) && !line.includes('failing tests'))
    .map((line) => line.replace(/ \([\d.]+ms\)/, ''));
  // failed tests are printed once more
  const failed = lines.findIndex((line, index) => lines.indexOf(line) < index);
  return { ...ran, lines: failed < 0 ? lines : lines.slice(0, failed) };
}

function isTest(file: string): boolean {
  return /\.test\./.test(file);
}

const leaving = `import test, { after, afterEach, before, beforeEach, describe, it } from 'node:test';
const poll = () => setInterval(() => {}, 1000).unref();
`;

test('each test with its hooks and subtests, at its line; the rest at the end of the file', async () => {
  const { code, stderr, lines, reports, stdout } = await nodeTest({
    'a.test.js': `${leaving}
poll(); // a module is loaded once
test('is clean', () => {});
await test('is waited for', async () => { await new Promise((resolve) => setTimeout(resolve, 1)); });
test('leaks', () => { poll(); });
test('fails', () => { throw new Error('broken'); });
test('fails and leaks', () => { poll(); throw new Error('broken too'); });
test('calls back', (t, done) => { poll(); setTimeout(done, 1); });
test('times out', { timeout: 20 }, async () => { await new Promise((_resolve) => {}); });
test('cleans up', (t) => { const timer = poll(); t.after(() => clearInterval(timer)); });
test('around', async (t) => {
  await t.test('leaks inside', () => { poll(); });
  await t.test('is clean inside', () => {});
});
test('skips itself and leaks', (t) => { poll(); t.skip(); });
describe('hooks', () => {
  let timer;
  let each;
  before(() => { timer = poll(); });
  after(() => clearInterval(timer));
  beforeEach(() => { each = poll(); });
  afterEach(() => clearInterval(each));
  it('uses both', () => {});
});
describe('left open', () => {
  before(() => { setInterval(() => {}, 1000).unref(); });
  it('is not to blame', () => {});
});`,
  });
  expect(lines).toEqual([
    '✔ is clean',
    '✔ is waited for',
    '✖ leaks',
    '✖ fails',
    '✖ fails and leaks',
    '✖ calls back',
    '✖ times out',
    '✔ cleans up',
    '  ✖ leaks inside',
    '  ✔ is clean inside',
    '✖ around',
    '﹣ skips itself and leaks # SKIP',
    '  ✔ uses both',
    '✔ hooks',
    '  ✔ is not to blame',
    '✔ left open',
    '✖ leaklab: a.test.js',
  ]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(linesOf(reports)).toEqual([
    'is clean: nothing',
    'is waited for: nothing',
    'leaks: 1 timer at 2',
    'fails: nothing',
    'fails and leaks: 1 timer at 2',
    'calls back: 1 timer at 2',
    'times out: 1 await at 11',
    'cleans up: nothing',
    'around > leaks inside: 1 timer at 2',
    'around > is clean inside: nothing',
    'around: nothing',
    'skips itself and leaks: 1 timer at 2',
    'hooks > uses both: nothing',
    'left open > is not to blame: nothing',
    '(file): 1 timer at 28',
  ]);
  // node:test's own place of the test, the failure first
  expect(stdout).toContain('test at a.test.js:7:1');
  expect(stdout).toMatch(/Error: broken too\n\s+the test failed and also leaked: fails and leaks/);
});

test.concurrent('twenty tests at the same time: each reports its own leaks', async () => {
  const { code, reports } = await nodeTest({
    'a.test.js': `import { describe, it } from 'node:test';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
const leave = [
  () => setInterval(() => {}, 1000).unref(), // 5
  () => createServer().listen(0).unref(), // 6
  () => void (async () => { await new Promise((_resolve) => {}); })(), // 7
  () => {},
];
describe('together', { concurrency: true }, () => {
  for (let index = 0; index < 20; index += 1) {
    it('test ' + index, async () => {
      await sleep(index % 3);
      leave[index % 4]();
      await sleep(3);
    });
  }
});`,
  });
  const left = ['1 timer at 5', '1 server at 6', '1 await at 7', 'nothing'];
  const expected = Array.from({ length: 20 }, (_, index) => `together > test ${index}: ${left[index % 4]}`);
  expect(linesOf(reports).toSorted()).toEqual(['(file): nothing', ...expected].toSorted());
  expect(code).toBe(1);
});

test.concurrent('a process that leaks keep alive ends, with all reports', async () => {
  const { code, lines, reports } = await nodeTest({
    'a.test.js': `import { test } from 'node:test';
import { createServer } from 'node:http';
test('leaves a server', async () => {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, resolve));
});
test('is clean', () => {});`,
    'b.test.js': "import { test } from 'node:test';\ntest('is clean too', () => {});",
  });
  expect(lines).toEqual(['✖ leaves a server', '✔ is clean', '✔ is clean too']);
  expect(code).toBe(1);
  expect(linesOf(reports).toSorted()).toEqual([
    '(file): nothing',
    '(file): nothing',
    'is clean too: nothing',
    'is clean: nothing',
    'leaves a server: 1 server at 5',
  ]);
});

describe.concurrent('options, expectations and tables', () => {
  test('as in the guide', async () => {
    const { code, lines } = await nodeTest({ 'orders.test.js': guide('node-test', 'orders.test.js') });
    expect(lines).toEqual([
      '✔ closes what it opens',
      '✔ shows that the old client leaks',
      '✔ retries at once',
      '✔ retries later',
    ]);
    expect(code).toBe(0);
  });

  test('in CommonJS, for a test and for a file', async () => {
    const { code, lines, stdout } = await nodeTest({
      'a.test.cjs': `const { test } = require('node:test');
const { configure, expectLeak, table } = require('leaklab/node-test');
const poll = () => setInterval(() => {}, 1000).unref();
test('is tolerated here', () => { configure({ ignore: [{ kind: 'timer', reason: 'lives on' }] }); poll(); });
test('is not tolerated there', () => { poll(); });
test('does not leak as expected', () => { expectLeak({ kind: 'timer' }); });
table('case', [{ name: 'one' }, { name: 'two', leaks: true }], ({ leaks }) => { if (leaks) poll(); });`,
      'b.test.cjs': `const { test } = require('node:test');
require('leaklab/node-test').configure({ per: 'file' });
test('leaves', () => { setInterval(() => {}, 1000).unref(); });`,
    });
    expect(lines).toEqual([
      '✔ is tolerated here',
      '✖ is not tolerated there',
      '✖ does not leak as expected',
      '✔ case: one',
      '✖ case: two',
      '✔ leaves',
      '✖ leaklab: b.test.cjs',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('expected a leak of kind timer, found none');
    expect(stdout).toContain('b.test.cjs, leaves: 1 leak from 1 line');
  });
});

test.concurrent('a clean suite is reported as without leaklab, by itself too', async () => {
  const files = {
    'a.test.js': `import test, { describe, it } from 'node:test';
await test('is clean', async (t) => { await t.test('inside', () => {}); });
describe('orders', { concurrency: true }, () => { it('one', () => {}); it('two', () => {}); });
test.todo('later');
test.skip('never', () => {});`,
  };
  const withoutTimes = ({ code, stdout, stderr }: Ran): unknown => [
    code,
    stdout.replaceAll(/[\d.]+(?:ms\)|$)/gm, ''),
    stderr,
  ];
  for (const args of [['--test'], []]) {
    const seen = await nodeTest(files, args);
    const bare = await runNode(['--test-reporter=spec', ...args, 'a.test.js'], suite(files));
    expect(withoutTimes(seen)).toEqual(withoutTimes(bare));
    expect(seen.code).toBe(0);
  }
});

test.concurrent(
  'judged when the file has cleaned up, however long it takes',
  { timeout: 60_000 },
  async () => {
    const calls = { head: "import { after, test } from 'node:test';", test: 'test', after: 'after' };
    for (const busy of [0, 1500]) {
      const { code, stdout, lines, reports } = await nodeTest({
        'leaklab.json': verdictSettings,
        'a.test.js': verdictSuite(calls, busy),
      });
      expect(lines).toEqual([...verdictTitles.map((title) => `✔ ${title}`), '✖ leaklab: a.test.js']);
      expect(code).toBe(1);
      expect(stdout).toContain('3 tests leaked');
      expect(stdout).toContain('leaves an interval (a.test.js): 1 leak from 1 line');
      expect(linesOf(reports).toSorted()).toEqual(verdictLines);
    }
  },
);

test.concurrent('a process that ends before its file is judged names what it suspects', async () => {
  const { code, stderr, reports } = await nodeTest(
    {
      'leaklab.json': verdictSettings,
      'a.test.js': `${leaving}test('leaks', () => { poll(); });\ntest('ends the process', () => { process.exit(3); });`,
    },
    [],
  );
  expect(code).toBe(3);
  const why = '1 timer at a.test.js:2; not judged, because the file did not end';
  expect(stderr).toContain(`leaklab: leaks (a.test.js): suspected of ${why}\n`);
  expect(reports.map(({ name, report }) => [name, report.leaks, report.notJudged])).toEqual([
    [['leaks'], [], [{ type: 'Timeout', count: 1, why }]],
  ]);
});

test("a listener on the test's own signal goes with the test, one on an older signal leaks", async () => {
  const { lines } = await nodeTest({
    'leaklab.json': '{ "budget": 60, "verdict": "test" }',
    'a.test.js': `${leaving}
const shutdown = new AbortController();
const listen = (signal) => signal.addEventListener('abort', () => {});
test('its own', (t) => { listen(t.signal); });
test('any with its own', (t) => { listen(AbortSignal.any([t.signal, new AbortController().signal])); });
test('of a subtest', (t) => t.test('inside', (inner) => { listen(inner.signal); }));
test('older', () => { listen(shutdown.signal); });
test('any of an older one', (t) => { listen(AbortSignal.any([t.signal, shutdown.signal])); });`,
  });
  expect(lines).toEqual([
    '✔ its own',
    '✔ any with its own',
    '  ✔ inside',
    '✔ of a subtest',
    '✖ older',
    '✖ any of an older one',
  ]);
});

test('--test-isolation=none: what another file closes is clean, and the report names the folder', async () => {
  const { code, lines, reports } = await nodeTest(
    {
      'leaklab.json': '{ "budget": 60 }',
      'pool.js': `let pool;
export const connect = () => (pool ??= setInterval(() => {}, 1000));
export const close = () => clearInterval(pool);`,
      'a.test.js': `import { test } from 'node:test';
import { connect } from './pool.js';
test('opens', () => { connect(); });`,
      'b.test.js': `import { after, test } from 'node:test';
import { close } from './pool.js';
after(() => close());
test('closes', () => {});
test('leaks', () => { setInterval(() => {}, 1000); }); // 5`,
    },
    [
      '--test',
      `--${Number.parseInt(process.versions.node, 10) < 23 ? 'experimental-' : ''}test-isolation=none`,
    ],
  );
  expect(linesOf(reports).toSorted()).toEqual([
    '(file): nothing',
    'closes: nothing',
    'leaks: 1 timer at 5',
    'opens: nothing',
  ]);
  const ofFile = reports.find(({ unit }) => unit === 'file');
  expect(reports.filter(({ unit }) => unit === 'test').map(({ file }) => dirname(file))).toEqual([
    ofFile?.file,
    ofFile?.file,
    ofFile?.file,
  ]);
  expect(lines.at(-1)).toBe(`✖ leaklab: ${ofFile?.file}`);
  expect(code).toBe(1);
});
