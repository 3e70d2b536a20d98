import { expect, test } from 'vitest';
import type { Finding, Report } from '../../finding.ts';
import { Tally } from './tally.ts';
import type { VerificationIdentity } from '../verify/verification.ts';

function leakAt(line: number): Finding {
  return {
    kind: 'timer',
    type: 'Timeout',
    count: 1,
    site: { file: '/app/poll.js', line, column: 3, function: 'poll' },
    related: [],
    stack: [],
    owner: 'a test',
    evidence: 'alive',
  };
}

const clean: Report = {
  version: 1,
  leaks: [],
  ignored: [],
  notJudged: [],
  unusedRules: [],
  expiredRules: [],
  failedProbes: [],
};
const of = (name: string, unit: VerificationIdentity['unit'] = 'test'): VerificationIdentity => ({
  unit,
  file: '/app/a.test.js',
  name: unit === 'test' ? [name] : [],
});
const known = { ...leakAt(9), reason: 'in the baseline since 2026-11-30' };
const next = "or accept today's leaks: run the tests once with LEAKLAB_ACCEPT=1";

test('tests and lines are counted, each once, with what is tolerated and what is not judged', () => {
  const tally = new Tally();
  tally.add(of('one'), { ...clean, leaks: [leakAt(4)], ignored: [known] });
  tally.add(of('two'), { ...clean, leaks: [leakAt(4), leakAt(5)], ignored: [known] });
  tally.add(of('three'), { ...clean, notJudged: [{ type: 'Timeout', count: 3, why: 'no stacks' }] });
  expect(tally.lines({ count: 0, baseline: 'leaks.json' })).toEqual([
    '2 of 3 tests leak from 2 new lines; 1 tolerated; 3 not judged',
    `next: fix poll.js:4, poll.js:5, ${next}`,
  ]);
});

test('a file that leaks is counted beside its tests; an attempt is no other test', () => {
  const tally = new Tally();
  tally.add(of('one'), { ...clean, leaks: [leakAt(4)] });
  tally.add({ ...of('one'), attempt: 2 }, { ...clean, leaks: [leakAt(4)] });
  tally.add(of('', 'file'), { ...clean, leaks: [leakAt(7)] });
  expect(tally.lines()).toEqual([
    '1 of 1 test and 1 file leak from 2 lines',
    `next: fix poll.js:4, poll.js:7, ${next}`,
  ]);
});

test('nothing is said of a clean run, without a baseline that tolerates', () => {
  const tally = new Tally();
  tally.add(of('one'), { ...clean, ignored: [{ ...leakAt(1), reason: 'lives as long as the process' }] });
  expect(tally.lines()).toEqual([]);
  tally.add(of('two'), { ...clean, ignored: [known] });
  expect(tally.lines({ count: 0, baseline: 'leaks.json' })).toEqual(['no new leaks in 2 tests; 2 tolerated']);
});

test('accepted leaks are counted, and the baseline is named', () => {
  expect(new Tally().lines({ count: 2, baseline: 'leaks.json' })).toEqual([
    '2 leaks accepted in leaks.json; from now on, only new leaks fail',
  ]);
});
