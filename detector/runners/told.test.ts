import { expect, test } from 'vitest';
import type { Finding, Report } from '../finding.ts';
import { AlreadyReported } from './told.ts';

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

test('what a test was told is not told its file again', () => {
  const told = new AlreadyReported();
  told.add(reportOf(finding('a test', 1, 2)));
  expect(told.unreported(reportOf(finding('a test', 1, 3), finding('a test', 2, 1))).leaks).toEqual([
    finding('a test', 1, 1),
    finding('a test', 2, 1),
  ]);
});

test('nor is what belonged to nobody, and is the file’s by itself when no test is open', () => {
  const told = new AlreadyReported();
  told.add(reportOf(finding('shared', 1, 1)));
  expect(told.unreported(reportOf(finding('a.test.js', 1, 1))).leaks).toEqual([]);
  expect(told.unreported(reportOf(finding('a.test.js', 1, 3))).leaks).toEqual([finding('a.test.js', 1, 2)]);
});

test('what the file has left on a line of a test is told', () => {
  const told = new AlreadyReported();
  told.add(reportOf(finding('a test', 1, 1)));
  expect(told.unreported(reportOf(finding('a.test.js', 1, 1), finding('a test', 1, 1))).leaks).toEqual([
    finding('a.test.js', 1, 1),
  ]);
});
