import { Profile } from 'pprof-format';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { formatPprof } from './pprof.ts';
import { formatPrometheus } from './prometheus.ts';
import type { WatchedLine, WatchReport } from './watch-report.ts';

const site = { file: '/srv/shop/poll "fast".ts', line: 12, column: 3, function: 'startPolling' };
const caller = { file: '/srv/shop/server.ts', line: 300, column: 7, function: 'handle' };
const node = { file: 'node:timers', line: 120, column: 19, function: 'setInterval' };

function lineWith(change: Partial<WatchedLine>): WatchedLine {
  return {
    kind: 'timer',
    type: 'Timeout',
    site,
    count: 300,
    age: 60_000,
    growth: 30.5,
    alarm: true,
    stack: [node, site, caller],
    ...change,
  };
}

const elsewhere = { ...caller, line: 41, function: 'connect' };
const report: WatchReport = {
  version: 1,
  instance: { host: 'web-1', pid: 7, thread: 0, node: 'v24.21.0', since: '2026-11-30T10:00:00.000Z' },
  at: '2026-11-30T10:30:00.000Z',
  lines: [
    lineWith({}),
    lineWith({ kind: 'socket', type: 'TCPWRAP', site: elsewhere, count: 70_000, stack: [elsewhere, caller] }),
    lineWith({ kind: 'server', type: 'TCPSERVERWRAP', count: 2, stack: [], alarm: false, growth: 0 }),
  ].map((line, index) => {
    if (index < 2) return line;
    const { site: _, ...unknown } = line;
    return unknown;
  }),
  counts: [{ type: 'Timeout', count: 412, growing: true }],
  sampling: false,
  budget: {
    cpu: 0.02,
    used: 0.001,
    spent: 1500,
    stacks: 900,
    memory: 32e6,
    held: 2000,
    withdrawals: 1,
    resting: false,
  },
  problems: [],
};

test('a pprof profile is read by another reader, with the sums, lines and labels of the report', () => {
  const profile = Profile.decode(gunzipSync(formatPprof(report)));
  const text = (index: unknown): string => profile.stringTable.strings[Number(index)] ?? '';
  const functions = new Map(profile.function.map((each) => [Number(each.id), each]));
  const locations = new Map(profile.location.map((each) => [Number(each.id), each]));
  const samples = profile.sample.map(({ locationId, value, label }) => ({
    value: value.map(Number),
    labels: Object.fromEntries(label.map(({ key, str }) => [text(key), text(str)])),
    stack: locationId.map((id) => {
      const [line] = locations.get(Number(id))?.line ?? [];
      const called = functions.get(Number(line?.functionId));
      return `${text(called?.name)} ${text(called?.filename)}:${Number(line?.line)}`;
    }),
  }));
  expect(samples).toEqual([
    {
      value: [300],
      labels: { kind: 'timer', type: 'Timeout' },
      stack: ['startPolling /srv/shop/poll "fast".ts:12', 'handle /srv/shop/server.ts:300'],
    },
    {
      value: [70_000],
      labels: { kind: 'socket', type: 'TCPWRAP' },
      stack: ['connect /srv/shop/server.ts:41', 'handle /srv/shop/server.ts:300'],
    },
    {
      value: [2],
      labels: { kind: 'server', type: 'TCPSERVERWRAP' },
      stack: ['unknown line (TCPSERVERWRAP) :0'],
    },
  ]);
  const sum = samples.reduce((all, { value: [count = 0] }) => all + count, 0);
  expect(sum).toBe(report.lines.reduce((all, { count }) => all + count, 0));
  expect(profile.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([['live', 'count']]);
  expect([text(profile.periodType?.type), Number(profile.period)]).toEqual(['live', 1]);
  expect(Number(profile.timeNanos) / 1e6).toBe(Date.parse(report.at));
  expect(Number(profile.durationNanos)).toBe(30 * 60 * 1e9);
  expect(profile.mapping.map(({ filename }) => text(filename))).toEqual(['node v24.21.0']);
});

test('a profile of nothing is whole', () => {
  const profile = Profile.decode(gunzipSync(formatPprof({ ...report, lines: [] })));
  expect(profile.sample).toEqual([]);
  expect(profile.stringTable.strings[0]).toBe('');
});

test('Prometheus text has each line with its labels escaped', () => {
  expect(formatPrometheus({ ...report, lines: report.lines.slice(0, 1) }))
    .toBe(`# HELP leaklab_live resources that stay open, by the line that made them
# TYPE leaklab_live gauge
leaklab_live{kind="timer",type="Timeout",site="/srv/shop/poll \\"fast\\".ts:12"} 300
# HELP leaklab_growth resources by which a line grows each minute
# TYPE leaklab_growth gauge
leaklab_growth{kind="timer",type="Timeout",site="/srv/shop/poll \\"fast\\".ts:12"} 30.5
# HELP leaklab_alarm 1 while a line is alarming
# TYPE leaklab_alarm gauge
leaklab_alarm{kind="timer",type="Timeout",site="/srv/shop/poll \\"fast\\".ts:12"} 1
# HELP leaklab_open what is open, by type
# TYPE leaklab_open gauge
leaklab_open{type="Timeout"} 412
# HELP leaklab_cpu_seconds_total CPU time that the watch has used
# TYPE leaklab_cpu_seconds_total counter
leaklab_cpu_seconds_total 1.5
# HELP leaklab_withdrawals_total times that the watch withdrew to keep its budget
# TYPE leaklab_withdrawals_total counter
leaklab_withdrawals_total 1
`);
});
