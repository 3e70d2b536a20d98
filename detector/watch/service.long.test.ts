import { setTimeout as delay } from 'node:timers/promises';
import { basename } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { lineOf, WatchedService } from './fixtures/watched-service.ts';
import type { WatchOptions } from './index.ts';
import type { WatchedLine } from './watch-report.ts';

/** Short windows; the share of the CPU is larger, since a sample's stacks fall into a second. */
const short: WatchOptions = { every: 50, window: 200, threshold: 6, cpu: 0.5 };

async function start(options: WatchOptions): Promise<WatchedService> {
  const service = await WatchedService.start(options);
  onTestFinished(() => service.stop());
  return service;
}

function shown({ kind, type, site }: WatchedLine): string {
  return `${kind} ${type} ${basename(site?.file ?? '')}:${site?.line}`;
}

const leaks = {
  interval: 'timer Timeout',
  timeout: 'timer Timeout',
  socket: 'socket TCPWRAP',
  listener: 'listener EventEmitter',
  request: 'request ClientRequest',
  fetch: 'request fetch',
  handle: 'fd FileHandle',
  descriptor: 'fd fs.openSync',
  callback: 'fd fs.open',
  watcher: 'watcher FSEVENTWRAP',
  udp: 'socket UDPWRAP',
};

test('eleven leaks of different kinds in one service are named, each with its line', async () => {
  const service = await start(short);
  service.load([...Object.keys(leaks), 'healthy'], 5);
  await service.alarms(Object.keys(leaks).map(lineOf));
  const lines = service.told.filter(({ event }) => event === 'alarm').map(({ line }) => shown(line));
  const expected = Object.entries(leaks).map(([name, about]) => `${about} leaky-service.ts:${lineOf(name)}`);
  expect([...new Set(lines)].toSorted()).toEqual(expected.toSorted());
});

test.each([
  ['worker', 'worker WORKER'],
  ['process', 'process PROCESSWRAP'],
])('a %s started by each request is named', async (name, about) => {
  const service = await start({ every: 200, window: 2000, threshold: 4, cpu: 0.5 });
  service.load([name], 300);
  await service.alarms([lineOf(name)]);
  service.rest();
  expect(service.told.map(({ event, line }) => `${event} ${shown(line)}`)).toEqual([
    `alarm ${about} leaky-service.ts:${lineOf(name)}`,
  ]);
});

test('bursts, idle times and clients that restart raise no alarm', async () => {
  const service = await start(short);
  for (let round = 0; round < 4; round += 1) {
    service.load(['healthy'], 3);
    await delay(1500);
    service.load(['healthy'], 40);
    await delay(700);
    service.rest();
    service.disconnect();
    await delay(700);
  }
  const { lines, budget, problems, counts } = await service.report();
  expect(service.told).toEqual([]);
  expect(lines).toEqual([]);
  expect(problems).toEqual([]);
  expect(budget).toMatchObject({ withdrawals: 0, resting: false });
  expect(counts.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['TCPServerWrap', 'descriptors', 'listeners', 'requests']),
  );
});
