import { expect, test } from 'vitest';
import { linesOf } from '../fixtures/run-node.ts';
import { leaving, vitestSuites } from '../fixtures/run-vitest.ts';
import { verdictLeaks, verdictLines, verdictSuite, verdictTitles } from '../fixtures/verdict-suite.ts';

const vitest = vitestSuites();
const calls = { head: "import { afterAll, test } from 'vitest';", test: 'test', after: 'afterAll' };

test.each([0, 1500])('judged when the file has cleaned up, also if it takes %i ms longer', async (busy) => {
  const { code, states, stderr, reports } = await vitest({ 'a.test.js': verdictSuite(calls, busy) });
  expect(states).toEqual(
    verdictTitles.map((title) =>
      verdictLeaks.has(title) ? `${title}: failed; LeakError: ${title}` : `${title}: passed`,
    ),
  );
  expect(code).toBe(1);
  expect(linesOf(reports).toSorted()).toEqual(verdictLines);
  expect(stderr).toContain('LeakError: 1 leak from 1 line, a.test.js:7');
  // vitest's own frame
  expect(stderr).toContain(' ❯ <anonymous> a.test.js:7:');
});

test('what fixtures of a file and nested suites close is clean, without a wait', async () => {
  const { code, states } = await vitest({
    'leaklab.json': '{ "budget": 600000 }',
    'a.test.js': `${leaving}import { afterAll, describe } from 'vitest';
const withServer = test.extend({
  server: [async ({}, use) => { const it = poll(); await use(it); clearInterval(it); }, { scope: 'file' }],
});
withServer('uses a fixture', ({ server }) => { server.hasRef(); });
withServer('uses it again', ({ server }) => { server.hasRef(); });
describe('a suite', () => {
  let it;
  afterAll(() => clearInterval(it));
  test('opens', () => { it = poll(); });
});
setInterval(() => {}, 1000); // a module is loaded once
test('leaves nothing', () => {});`,
  });
  expect(states.map((state) => state.split(': ')[1])).toEqual(['passed', 'passed', 'passed', 'passed']);
  expect(code).toBe(0);
});

test('a leaked line fails each of its tests, and what is accepted is not waited for', async () => {
  const { code, states } = await vitest({
    'leaklab.json': '{ "budget": 600000, "policy": "leaks.json" }',
    'leaks.json': '{ "version": 1, "rules": [{ "kind": "timer", "reason": "known" }] }',
    'a.test.js': `${leaving}test('is tolerated', () => { poll(); });`,
    'b.test.js': `${leaving}import { configure } from 'leaklab/vitest';
configure({ budget: 60, without: ['handles'] });
test('is not watched', () => { poll(); });`,
  });
  expect(states.toSorted()).toEqual(['is not watched: passed', 'is tolerated: passed']);
  expect(code).toBe(0);
  const again = await vitest({
    'a.test.js': `${leaving}test('one', () => { poll(); });\ntest('two', () => { poll(); });`,
  });
  expect(again.states).toEqual(['one: failed; LeakError: one', 'two: failed; LeakError: two']);
});

test('reporters hear that a suspect has finished when it has been judged', async () => {
  const { stdout } = await vitest(
    {
      'a.test.js': `${leaving}test('leaks', () => { poll(); });\ntest('is clean', () => {});`,
    },
    '--reporter=verbose',
  );
  expect(stdout).toMatch(/× a\.test\.js > leaks/);
  expect(stdout).not.toMatch(/✓ a\.test\.js > leaks/);
  expect(stdout).toMatch(/✓ a\.test\.js > is clean/);
});
