import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { WatchedLine, WatchReport } from '../../detector/internal.ts';
import { leaklab, refused } from '../fixtures/cli.ts';
import { tempFolders, writeFiles } from '../fixtures/temp-folders.ts';

const folder = tempFolders();

function line(name: string, change: Partial<WatchedLine> = {}): WatchedLine {
  const site = { file: `/srv/${name}.ts`, line: 12, column: 3, function: name };
  const about = { kind: 'timer', type: 'Timeout', site, stack: [site] } as const;
  return { ...about, count: 10, age: 60_000, growth: 5, alarm: true, ...change };
}

function report(pid: number, lines: readonly WatchedLine[], at = '10:30'): WatchReport {
  return {
    version: 1,
    instance: { host: 'web', pid, thread: 0, node: 'v24.21.0', since: '2026-11-30T10:00:00.000Z' },
    at: `2026-11-30T${at}:00.000Z`,
    lines,
    counts: [],
    sampling: false,
    budget: {
      cpu: 0.02,
      used: 0,
      spent: 0,
      stacks: 0,
      memory: 32e6,
      held: 0,
      withdrawals: 0,
      resting: false,
    },
    problems: [],
  };
}

const large = { count: 9000, age: 600_000 };
const many = folder({
  'a/1.json': JSON.stringify(report(1, [line('cache', large), line('poll')])),
  'a/2.json': JSON.stringify(report(2, [line('poll', { count: 30, growth: 2.5 })])),
  'b/3.json': JSON.stringify(report(3, [line('poll', { growth: 0, alarm: false })])),
  'b/3-older.json': JSON.stringify(report(3, [line('poll', { count: 500 })], '10:10')),
});

test('lines of a fleet are merged, the one that grows on most instances first', async () => {
  expect(await leaklab(['report', '--fleet', '.'], many)).toEqual({
    code: 1,
    stdout: `2 lines stay open on 3 instances

50 timers (Timeout) at /srv/poll.ts:12 in poll
  grows on 2 of 3, alarms on 2; 7.5 more a minute, for 1.0 min

9000 timers (Timeout) at /srv/cache.ts:12 in cache
  grows on 1 of 3, alarms on 1; 5 more a minute, for 10 min

fails: 2 lines alarm; begin with the first
`,
    stderr: '',
  });
});

test('the merged lines are JSON where asked, and no alarm is exit code 0', async () => {
  const calm = folder({ '1.json': JSON.stringify(report(1, [line('poll', { alarm: false, growth: 0 })])) });
  const { code, stdout } = await leaklab(['report', '--fleet', '.', '--json'], calm);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    instances: 1,
    lines: [
      {
        kind: 'timer',
        type: 'Timeout',
        site: { file: '/srv/poll.ts', line: 12, column: 3, function: 'poll' },
        growing: 0,
        alarming: 0,
        instances: 1,
        count: 10,
        growth: 0,
        age: 60_000,
      },
    ],
  });
});

test('a folder without reports and a file that is none are refused', async () => {
  const empty = folder({ 'other.txt': '' });
  const next = 'write reports with write() or on a signal: see docs/guides/watch.md';
  expect(await leaklab(['report', '--fleet', '.'], empty)).toEqual(
    refused(`no reports in ${JSON.stringify(empty)}`, next),
  );
  writeFiles(empty, { 'other.json': '{"version":2}' });
  expect(await leaklab(['report', '--fleet', '.'], empty)).toEqual(
    refused(
      `${JSON.stringify(join(empty, 'other.json'))} is no report of leaklab/watch, version 1`,
      'keep other files out of the folder',
    ),
  );
});
