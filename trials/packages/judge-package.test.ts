import { expect, test } from 'vitest';
import type { Finding, Report } from '../../detector/index.ts';
import { describeVerdict, judgePackage, type Expectation } from './judge-package.ts';

const file = '/shop/pool.ts';
const site = { file, line: 3, column: 1, function: 'run' };
const timer: Finding = {
  kind: 'timer',
  type: 'Timeout',
  count: 1,
  site,
  package: 'shop-pool',
  related: [],
  stack: [],
  owner: 'program',
  evidence: 'alive',
};
const bare = {
  version: 1,
  ignored: [],
  notJudged: [],
  unusedRules: [],
  expiredRules: [],
  failedProbes: [],
} as const;
const returned = { how: 'returned', outcome: null } as const;
const report = (...leaks: Finding[]): Report => ({ ...bare, leaks });
const marked: Expectation = {
  close: false,
  file,
  markers: { leaks: [{ kind: 'timer', line: 3, count: 1 }], also: [] },
  program: {},
};
const leavesItsOwn = { kind: 'timer', package: 'shop-pool', reason: 'its close() keeps a timer' } as const;

test.each([
  ['left open, as marked', returned, report(timer), marked, true],
  ['left open, and nothing found', returned, report(), marked, false],
  ['left open, twice', returned, report({ ...timer, count: 2 }), marked, false],
  ['left open, at another line', returned, report({ ...timer, site: { ...site, line: 4 } }), marked, false],
  ['closed, and nothing found', returned, report(), { ...marked, close: true }, true],
  ['closed, and something found', returned, report(timer), { ...marked, close: true }, false],
  [
    'closed, and its own leftover named by its package',
    returned,
    report(timer),
    { ...marked, close: true, program: { leavesWhenClosed: leavesItsOwn } },
    true,
  ],
  [
    'closed, and its own leftover put down to another',
    returned,
    report({ ...timer, package: 'other' }),
    { ...marked, close: true, program: { leavesWhenClosed: leavesItsOwn } },
    false,
  ],
  ['a program that threw', { how: 'threw', error: 'no' } as const, report(timer), marked, false],
  [
    'a probe that failed',
    returned,
    { ...report(timer), failedProbes: [{ probe: 'handles', error: 'no' }] },
    marked,
    false,
  ],
])('%s', (_what, ending, found, expectation, isRight) => {
  expect(judgePackage({ ending, report: found }, expectation).isRight).toBe(isRight);
});

test('says what was expected, and what came', () => {
  const verdict = judgePackage({ ending: returned, report: report() }, marked);
  expect(describeVerdict('shop-pool, left open', verdict)).toBe(
    '✗ shop-pool, left open\n  expected: timer of line 3, 1 times\n  found: nothing\n',
  );
  const right = judgePackage({ ending: returned, report: report(timer) }, marked);
  expect(describeVerdict('shop-pool, left open', right)).toBe('✓ shop-pool, left open\n');
});
