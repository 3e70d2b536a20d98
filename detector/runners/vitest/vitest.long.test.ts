import { describe, expect, test } from 'vitest';
import { guide } from '../fixtures/guide.ts';
import { linesOf } from '../fixtures/run-node.ts';
import { leaving, vitestSuites } from '../fixtures/run-vitest.ts';

const vitest = vitestSuites();

describe.concurrent('every pool', () => {
  const pools: readonly string[][] = [
    ['--pool=forks'],
    ['--pool=threads'],
    ['--pool=vmThreads'],
    ['--no-isolate', '--maxWorkers=1'],
  ];
  test.each(pools)('%s: a leak at its line of the source, clean tests silent', async (...pool) => {
    const { code, states, stderr, reports } = await vitest(
      {
        'a.test.ts': `import { test } from 'vitest';
interface Order { readonly id: string }
// what is compiled has fewer lines
test('leaks', (): void => {
  const order: Order = { id: 'a' };
  setInterval(() => order, 1000);
});
test('is clean', () => clearInterval(setInterval(() => {}, 1000)));`,
        'b.test.ts': "import { test } from 'vitest';\ntest('is clean too', () => {});",
      },
      ...pool,
    );
    expect(states.toSorted()).toEqual([
      'is clean too: passed',
      'is clean: passed',
      'leaks: failed; LeakError: leaks',
    ]);
    expect(code).toBe(1);
    expect(linesOf(reports).toSorted()).toEqual([
      '(file): nothing',
      '(file): nothing',
      'is clean too: nothing',
      'is clean: nothing',
      'leaks: 1 timer at 6',
    ]);
    expect(stderr).toContain('LeakError: 1 leak from 1 line, a.test.ts:6');
    // vitest's own frame shows the line, and none of ours
    expect(stderr).toContain(' ❯ <anonymous> a.test.ts:6:3');
    expect(stderr).not.toContain('node_modules/leaklab');
  });
});

test('twenty tests at the same time: each reports its own leaks', async () => {
  const { code, reports, states } = await vitest(
    {
      'a.test.js': `import { test } from 'vitest';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
const leave = [
  () => setInterval(() => {}, 1000), // 5
  () => createServer().listen(0), // 6
  () => void (async () => { await new Promise((_resolve) => {}); })(), // 7
  () => {},
];
for (let index = 0; index < 20; index += 1) {
  test.concurrent('test ' + index, async () => {
    await sleep(index % 3);
    leave[index % 4]();
    await sleep(3);
  });
}`,
    },
    '--maxConcurrency=20',
  );
  const left = ['1 timer at 5', '1 server at 6', '1 await at 7', 'nothing'];
  const expected = Array.from({ length: 20 }, (_, index) => `test ${index}: ${left[index % 4]}`);
  expect(linesOf(reports).toSorted()).toEqual(['(file): nothing', ...expected].toSorted());
  expect(states.filter((state) => state.endsWith(': passed')).length).toBe(5);
  expect(code).toBe(1);
});

test('what fails, skips itself, times out or is tried again hides no leak, and nothing else fails', async () => {
  const { code, states, stderr } = await vitest({
    'a.test.js': `${leaving}
test('fails and leaks', () => { poll(); throw new Error('broken'); });
test.fails('fails as it should', () => { throw new Error('as it should'); });
test.fails('fails as it should, and leaks', () => { poll(); throw new Error('as it should'); });
test.fails('should fail, and leaks', () => { poll(); });
test('skips itself', ({ skip }) => { skip(); });
test('leaks and skips itself', ({ skip }) => { poll(); skip(); });
test('times out', { timeout: 20 }, async () => { await new Promise((_resolve) => {}); });
let runs = 0;
test('is flaky', { retry: 2 }, () => { if (runs++ < 2) throw new Error('flaky'); });
let leaks = 0;
test('leaks once', { retry: 2 }, () => { if (leaks++ === 0) poll(); });
test.each([1, 2, 3])('row %i', (row) => { if (row === 2) poll(); });`,
  });
  expect(states).toEqual([
    'fails and leaks: failed; Error: broken; LeakError: fails and leaks',
    'fails as it should: passed',
    'fails as it should, and leaks: failed; LeakError: fails as it should, and leaks',
    'should fail, and leaks: failed; Error: Expect test to fail; LeakError: should fail, and leaks',
    'skips itself: skipped',
    'leaks and skips itself: failed; LeakError: leaks and skips itself',
    'times out: failed; TestTimeoutError: Test timed out in 20ms.; LeakError: times out',
    'is flaky: passed; Error: flaky; Error: flaky',
    'leaks once: failed; LeakError: leaks once',
    'row 1: passed',
    'row 2: failed; LeakError: row 2',
    'row 3: passed',
  ]);
  expect(code).toBe(1);
  // where it hangs
  expect(stderr).toContain('a.test.js:10:56');
});

test('hooks and fixtures: of each test what it has itself, of the file the rest', async () => {
  const { reports, stderr } = await vitest({
    'leaklab.json': '{ "budget": 60, "verdict": "test" }',
    'a.test.js': `import { afterAll, afterEach, beforeAll, beforeEach, describe, test as base } from 'vitest';
const poll = () => setInterval(() => {}, 1000);
poll(); // a module is loaded once
let timer;
describe('closed', () => {
  let server;
  beforeAll(() => { server = poll(); });
  afterAll(() => clearInterval(server));
  beforeEach(() => { timer = poll(); });
  afterEach(() => clearInterval(timer));
  base('uses both', () => {});
});
describe('left open', () => {
  beforeAll(() => { setInterval(() => {}, 1000); });
  base('is not to blame', () => {});
});
const test = base.extend({
  closed: async ({}, use) => { const it = poll(); await use(it); clearInterval(it); },
  open: async ({}, use) => { await use(setInterval(() => {}, 1000)); },
});
test('with a fixture', ({ closed }) => {});
test('with a bad fixture', ({ open }) => {});
base('lets another leak later', () => {
  process.nextTick(() => {});
});`,
  });
  expect(linesOf(reports)).toEqual([
    'closed > uses both: nothing',
    'left open > is not to blame: nothing',
    'with a fixture: nothing',
    'with a bad fixture: 1 timer at 19',
    'lets another leak later: nothing',
    '(file): 1 timer at 14',
  ]);
  expect(stderr).toContain('LeakError: a.test.js: 1 leak from 1 line');
});

test('options, expectations and tables, as in the guide', async () => {
  const { code, states, stderr } = await vitest({
    'a.test.js': guide('vitest', 'orders.test.js'),
    'b.test.js': `${leaving}import { configure, expectLeak, table } from 'leaklab/vitest';
test('is tolerated here', () => { configure({ ignore: [{ kind: 'timer', reason: 'lives on' }] }); poll(); });
test('is not tolerated there', () => { poll(); });
test('does not leak as expected', () => { expectLeak({ kind: 'timer' }); });
test('leaks otherwise than expected', () => { expectLeak({ kind: 'server' }); poll(); });
test('misspells', () => { configure({ ignroe: [] }); });
test('cleans up before the check', () => { const timer = poll(); configure({ beforeCheck: () => clearInterval(timer) }); });
table('case', [{ name: 'one' }, { name: 'two', leaks: true }], ({ leaks }) => { if (leaks) poll(); });`,
  });
  expect(states).toEqual([
    'closes what it opens: passed',
    'shows that the old client leaks: passed',
    'retries at once: passed',
    'retries later: passed',
    'is tolerated here: passed',
    'is not tolerated there: failed; LeakError: is not tolerated there',
    'does not leak as expected: failed; Error: does not leak as expected',
    'leaks otherwise than expected: failed; LeakError: leaks otherwise than expected',
    expect.stringMatching(/^misspells: failed; TypeError: no option `ignroe`; there are /),
    'cleans up before the check: passed',
    'case: one: passed',
    'case: two: failed; LeakError: case: two',
  ]);
  expect(code).toBe(1);
  expect(stderr).toContain('expected a leak of kind timer, found none\n ❯ b.test.js:6:43');
  expect(stderr).toContain('(b.test.js): expected a leak of kind server, found none: 1 leak');
});

test("a listener on the test's own signal goes with the test, one on an older signal leaks", async () => {
  const { states } = await vitest({
    'a.test.js': `import { test } from 'vitest';
const shutdown = new AbortController();
const listen = (signal) => signal.addEventListener('abort', () => {});
test('its own', ({ signal }) => { listen(signal); });
let runs = 0;
test('its own, tried again', { retry: 1 }, ({ signal }) => { listen(signal); if (runs++ === 0) throw new Error('flaky'); });
test('any with its own', ({ signal }) => { listen(AbortSignal.any([signal, new AbortController().signal])); });
test('older', () => { listen(shutdown.signal); });
test('any of an older one', ({ signal }) => { listen(AbortSignal.any([signal, shutdown.signal])); });`,
  });
  expect(states.map((state) => state.split('; ', 2).join('; '))).toEqual([
    'its own: passed',
    'its own, tried again: passed; Error: flaky',
    'any with its own: passed',
    'older: failed; LeakError: older',
    'any of an older one: failed; LeakError: any of an older one',
  ]);
});
