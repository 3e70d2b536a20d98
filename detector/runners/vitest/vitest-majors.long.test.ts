import { describe, expect, test } from 'vitest';
import { otherVersion } from '../fixtures/other-version.ts';
import { linesOf } from '../fixtures/run-node.ts';
import { leaving, vitestSuites } from '../fixtures/run-vitest.ts';
import { verdictLeaks, verdictLines, verdictSuite, verdictTitles } from '../fixtures/verdict-suite.ts';

const calls = { head: "import { afterAll, test } from 'vitest';", test: 'test', after: 'afterAll' };

const outcomes = `${leaving}import { configure, expectLeak, table } from 'leaklab/vitest';
test('fails and leaks', () => { poll(); throw new Error('broken'); });
test.fails('fails as it should', () => { throw new Error('as it should'); });
test.fails('fails as it should, and leaks', () => { poll(); throw new Error('as it should'); });
test.fails('should fail, and leaks', () => { poll(); });
test('skips itself', ({ skip }) => { skip(); });
test('leaks and skips itself', ({ skip }) => { poll(); skip(); });
let runs = 0;
test('is flaky', { retry: 2 }, () => { if (runs++ < 2) throw new Error('flaky'); });
let leaks = 0;
test('leaks once', { retry: 2 }, () => { if (leaks++ === 0) { poll(); throw new Error('flaky'); } });
test.each([1, 2, 3])('row %i', (row) => { if (row === 2) poll(); });
test('leaks as expected', () => { expectLeak({ kind: 'timer' }); poll(); });
test('does not leak as expected', () => { expectLeak({ kind: 'timer' }); });
test('is tolerated', () => { configure({ ignore: [{ kind: 'timer', reason: 'lives on' }] }); poll(); });
table('case', [{ name: 'one' }, { name: 'two', leaks: true }], ({ leaks }) => { if (leaks) poll(); });`;

describe.each(['2.1.9', '3.2.7', '4.0.18', '4.1.12'])('vitest %s', (version) => {
  const vitest = vitestSuites(otherVersion('vitest', version));

  test('judges when the file has cleaned up', async () => {
    const { code, states, stdout, reports } = await vitest({ 'a.test.js': verdictSuite(calls, 0) });
    expect(states).toEqual(
      verdictTitles.map((title) =>
        verdictLeaks.has(title) ? `${title}: failed; LeakError: ${title}` : `${title}: passed`,
      ),
    );
    expect(code).toBe(1);
    expect(linesOf(reports).toSorted()).toEqual(verdictLines);
    // the reporter prints a file once, when it has been judged
    const counts = `(${verdictTitles.length} tests | ${verdictLeaks.size} failed)`;
    expect(stdout.match(/a\.test\.js .*/g)).toEqual([expect.stringContaining(counts)]);
  });

  test.each(['file', 'test'])('counts each outcome, verdict %s', async (verdict) => {
    const { code, states } = await vitest({
      'leaklab.json': JSON.stringify({ budget: 60, verdict }),
      'a.test.js': outcomes,
    });
    expect(states).toEqual([
      'fails and leaks: failed; Error: broken; LeakError: fails and leaks',
      'fails as it should: passed',
      'fails as it should, and leaks: failed; LeakError: fails as it should, and leaks',
      'should fail, and leaks: failed; Error: Expect test to fail; LeakError: should fail, and leaks',
      'skips itself: skipped',
      'leaks and skips itself: failed; LeakError: leaks and skips itself',
      'is flaky: passed; Error: flaky; Error: flaky',
      'leaks once: failed; Error: flaky; LeakError: leaks once',
      'row 1: passed',
      'row 2: failed; LeakError: row 2',
      'row 3: passed',
      'leaks as expected: passed',
      'does not leak as expected: failed; Error: does not leak as expected',
      'is tolerated: passed',
      'case: one: passed',
      'case: two: failed; LeakError: case: two',
    ]);
    expect(code).toBe(1);
  });

  test('fails the file for what its hooks leak, and with per: file for what its tests leak', async () => {
    const { code, states, reports } = await vitest({
      'a.test.js': `${leaving}import { beforeAll } from 'vitest';
setInterval(() => {}, 1000); // a module is loaded once
beforeAll(() => { setInterval(() => {}, 1000); }); // 5
test('is clean', () => {});`,
      'b.test.js': `${leaving}import { configure } from 'leaklab/vitest';
configure({ per: 'file' });
test('leaks', () => { poll(); });`,
    });
    expect(states.toSorted()).toEqual(['is clean: passed', 'leaks: passed']);
    expect(code).toBe(1);
    expect(linesOf(reports).toSorted()).toEqual([
      '(file): 1 timer at 2',
      '(file): 1 timer at 5',
      'is clean: nothing',
    ]);
  });

  test.each([['--pool=vmThreads'], ['--pool=threads'], ['--no-isolate', '--pool=forks']])(
    '%s: a leak at its line of the source, tests at the same time apart',
    async (...options) => {
      const { code, states, reports } = await vitest(
        {
          'a.test.ts': `import { test } from 'vitest';
interface Order { readonly id: string }
const sleep = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });
// what is compiled has fewer lines
test.concurrent('leaks', async (): Promise<void> => {
  await sleep(2);
  const order: Order = { id: 'a' };
  setInterval(() => order, 1000);
  await sleep(5);
});
test.concurrent('is clean', async () => { await sleep(4); clearInterval(setInterval(() => {}, 1000)); });`,
          'b.test.ts': "import { test } from 'vitest';\ntest('is clean too', () => {});",
        },
        ...options,
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
        'leaks: 1 timer at 8',
      ]);
    },
  );
});

test('vitest 1: one sentence says what is needed, before any test runs', async () => {
  const vitest = vitestSuites(otherVersion('vitest', '1.6.1'));
  const { code, states, stderr } = await vitest({
    'a.test.js': "throw new Error('a test file was loaded');",
  });
  expect(states).toEqual([]);
  expect(code).toBe(1);
  expect(stderr).toContain(
    'Error: leaklab/vitest needs vitest 2 or later, and this is vitest 1.6.1: npm install --save-dev vitest@latest',
  );
  expect(stderr).not.toContain('a test file was loaded');
});
