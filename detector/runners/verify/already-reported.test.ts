import { expect, test } from 'vitest';
import type { Finding, Report } from '../../finding.ts';
import { AlreadyReported } from './already-reported.ts';

function finding(owner: string, line: number, count: number): Finding {
  return {
    kind: 'port',
    type: 'MESSAGEPORT',
    count,
    site: { file: '/app/a.test.js', line, column: 1, function: 'open' },
    related: [],
    stack: [],
    owner,
    evidence: 'alive',
  };
}

function reportOf(...leaks: readonly Finding[]): Report {
  return {
    version: 1,
    leaks,
    ignored: [],
    notJudged: [],
    unusedRules: [],
    expiredRules: [],
    failedProbes: [],
  };
}

test('leaks of a test are not reported for its file again', () => {
  const reported = new AlreadyReported();
  reported.add(reportOf(finding('a test', 1, 2)));
  expect(reported.unreported(reportOf(finding('a test', 1, 3), finding('a test', 2, 1))).leaks).toEqual([
    finding('a test', 1, 1),
    finding('a test', 2, 1),
  ]);
});

test('nor are shared leaks, which are the file’s when no test is open', () => {
  const reported = new AlreadyReported();
  reported.add(reportOf(finding('shared', 1, 1)));
  expect(reported.unreported(reportOf(finding('a.test.js', 1, 1))).leaks).toEqual([]);
  expect(reported.unreported(reportOf(finding('a.test.js', 1, 3))).leaks).toEqual([
    finding('a.test.js', 1, 2),
  ]);
});

test('leaks of the file on a line of a test are reported', () => {
  const reported = new AlreadyReported();
  reported.add(reportOf(finding('a test', 1, 1)));
  expect(reported.unreported(reportOf(finding('a.test.js', 1, 1), finding('a test', 1, 1))).leaks).toEqual([
    finding('a.test.js', 1, 1),
  ]);
});
