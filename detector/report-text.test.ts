import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Finding, Report } from './finding.ts';
import { formatReport } from './report-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'sweeper.ts');
writeFileSync(file, 'export function start() {\n  setInterval(sweep, 1000);\n}\n');

const timer: Finding = {
  kind: 'timer',
  type: 'Timeout',
  count: 1,
  site: { file, line: 2, column: 3, function: 'start' },
  related: [],
  stack: ['start'],
  owner: 'scope',
  evidence: 'alive',
};

function reportOf(parts: Partial<Report>): Report {
  return {
    version: 1,
    leaks: [],
    ignored: [],
    notJudged: [],
    unusedRules: [],
    expiredRules: [],
    failedProbes: [],
    ...parts,
  };
}

test('nothing', () => {
  expect(formatReport(reportOf({}))).toBe('no leaks');
});

test('one leak', () => {
  expect(formatReport(reportOf({ leaks: [timer] }))).toBe(`1 leak from 1 line

timer (Timeout)
  at ${file}:2:3 in start
  > setInterval(sweep, 1000);
  still open after the budget`);
});

test('several of several lines, with all there is to say', () => {
  const leaks: Finding[] = [
    { ...timer, count: 3, owner: 'checkout test', lesson: 'timer/interval-never-cleared' },
    {
      kind: 'await',
      type: 'async function',
      count: 1,
      site: { file: join(process.cwd(), 'shop/missing.ts'), line: 7, column: 1, function: '<anonymous>' },
      related: [
        { file, line: 1, column: 8, function: 'start' },
        { file: join(process.cwd(), 'shop/cart.ts'), line: 3, column: 2, function: 'load' },
      ],
      stack: [],
      owner: 'scope',
      evidence: 'unreachable',
      detail: 'waiting for a reply',
    },
  ];
  expect(formatReport(reportOf({ leaks }))).toBe(`4 leaks from 2 lines

3 × timer (Timeout)
  at ${file}:2:3 in start
  > setInterval(sweep, 1000);
  still open after the budget
  owner: checkout test
  lesson: timer/interval-never-cleared

await (async function)
  at shop/missing.ts:7:1 in <anonymous>
  suspended for ever: what it waits for was collected while pending, so nobody can settle it (waiting for a reply)
  see also ${file}:1:8 in start
  see also shop/cart.ts:3:2 in load
  owner: scope`);
});

test('each sort of evidence', () => {
  const { site: _, ...nowhere } = timer;
  const text = (evidence: Finding['evidence']): string =>
    formatReport(reportOf({ leaks: [{ ...nowhere, evidence }] }));
  const around = (meaning: string): string =>
    `1 leak from 1 line\n\ntimer (Timeout)\n  at an unknown line\n  ${meaning}`;
  expect((['alive', 'attached', 'pending', 'unreachable'] as const).map(text)).toEqual(
    [
      'still open after the budget',
      'still attached to something that lives longer',
      'suspended, and what it waits for is pending',
      'suspended for ever: what it waits for was collected while pending, so nobody can settle it',
    ].map(around),
  );
});

test('a line that the file does not have any more', () => {
  const site = { file, line: 99, column: 1, function: 'start' };
  expect(formatReport(reportOf({ leaks: [{ ...timer, site }] }))).toBe(`1 leak from 1 line

timer (Timeout)
  at ${file}:99:1 in start
  still open after the budget`);
});

test('what is tolerated, and what failed', () => {
  expect(
    formatReport(
      reportOf({
        ignored: [
          { ...timer, reason: 'the clock of the queue' },
          { ...timer, count: 2, reason: 'closed by the next release' },
        ],
        failedProbes: [
          { probe: 'awaits', error: 'no hooks' },
          { probe: 'descriptors', error: 'no /proc' },
        ],
      }),
    ),
  ).toBe(`no leaks

tolerated: timer (Timeout): the clock of the queue
tolerated: 2 × timer (Timeout): closed by the next release

the probe for awaits failed, and saw nothing: no hooks
the probe for descriptors failed, and saw nothing: no /proc`);
});
