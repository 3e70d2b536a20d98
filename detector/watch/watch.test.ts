import { spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { channel } from 'node:diagnostics_channel';
import { pathToFileURL } from 'node:url';
import { promiseHooks } from 'node:v8';
import { metrics } from '@opentelemetry/api';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { Budget } from './budget.ts';
import { TypeTrend } from './type-trend.ts';
import { watch, type Watch, type WatchedLine, type WatchOptions, type WatchReport } from './index.ts';

const short: WatchOptions = { every: 10, window: 40, threshold: 6, cpu: 1 };
const timers: NodeJS.Timeout[] = [];
let watching: Watch | undefined;

afterEach(() => {
  watching?.stop();
  for (const timer of timers.splice(0)) clearInterval(timer);
});

/** Begins a watch, and leaks a timer every few ms until it alarms. */
async function leakUntilAlarm(options: WatchOptions = {}): Promise<WatchedLine> {
  const { promise, resolve } = Promise.withResolvers<WatchedLine>();
  watching = watch({ ...short, ...options, onAlarm: resolve });
  const leaking = setInterval(() => timers.push(setInterval(() => {}, 60_000)), 3); // LEAK
  onTestFinished(() => clearInterval(leaking));
  const line = await promise;
  clearInterval(leaking);
  return line;
}

const leakLine =
  readFileSync(import.meta.filename, 'utf8')
    .split('\n')
    .findIndex((line) => line.endsWith('// LEAK')) + 1;

test('a line that grows alarms, and calms down once its timers are cleared', async () => {
  const { promise: calmed, resolve } = Promise.withResolvers<WatchedLine>();
  const alarm = await leakUntilAlarm({ onCalm: resolve });
  expect(alarm).toMatchObject({
    kind: 'timer',
    type: 'Timeout',
    site: { file: import.meta.filename, line: leakLine },
    api: { module: 'node:timers', function: 'setInterval' },
    alarm: true,
  });
  expect(alarm.count).toBeGreaterThanOrEqual(6);
  expect(alarm.growth).toBeGreaterThan(0);
  for (const timer of timers.splice(0)) clearInterval(timer);
  expect((await calmed).site).toEqual(alarm.site);
});

test('a report is written on the signal that was asked for, and on no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-watch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const before = process.listenerCount('SIGUSR2');
  await leakUntilAlarm({ signal: 'SIGUSR2', folder });
  expect(process.listenerCount('SIGUSR2')).toBe(before + 1);
  const received = once(process, 'SIGUSR2');
  process.kill(process.pid, 'SIGUSR2');
  await received;
  const [name = ''] = readdirSync(folder);
  expect(name).toMatch(new RegExp(`^leaklab-.*-${process.pid}-0\\.json$`));
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8')) as WatchReport;
  expect(report.version).toBe(1);
  expect(report.lines.map(({ kind, site, alarm }) => [kind, site?.line, alarm])).toEqual([
    ['timer', leakLine, true],
  ]);
  watching?.stop();
  expect(process.listenerCount('SIGUSR2')).toBe(before);
});

test('stop() leaves nothing behind, also in the middle of a sample', async () => {
  const init = (): unknown => Reflect.get(EventEmitter, 'init');
  const before = init();
  const { on } = EventEmitter.prototype;
  const listeners = process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const names = ['undici:request:create', 'http.client.request.created'];
  const heard = names.map((name) => channel(name).hasSubscribers);
  watching = watch({ ...short, patrol: 1 });
  await until(() => watching?.report().sampling === true);
  expect(init()).not.toBe(before);
  watching.stop();
  expect(init()).toBe(before);
  expect(EventEmitter.prototype.on).toBe(on);
  expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(listeners);
  expect(names.map((name) => channel(name).hasSubscribers)).toEqual(heard);
  expect(watching.report()).toMatchObject({ sampling: false, lines: [] });
});

test.each([
  [false, 0],
  [true, 1],
])('promise hooks are set only if suspended functions are asked for: %s', async (waits, hooks) => {
  const created = vi.spyOn(promiseHooks, 'createHook');
  onTestFinished(() => created.mockRestore());
  watching = watch({ ...short, patrol: 1, waits });
  await until(() => watching?.report().sampling === true);
  expect(created).toHaveBeenCalledTimes(hooks);
});

const entry = pathToFileURL(join(import.meta.dirname, 'index.ts')).href;

/** Runs a program that was started with `--import leaklab/watch`. */
function preloaded(program: string, options = ''): { code: number | null; output: string } {
  const args = ['--import', entry, '--input-type=module', '--eval', program];
  const env = { ...process.env, LEAKLAB_WATCH: options };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

test('a preloaded watch prints nothing, keeps no process alive, and is there for the program', () => {
  expect(preloaded('await 1')).toEqual({ code: 0, output: '' });
  const program = `import { watch } from ${JSON.stringify(entry)};
    console.log(watch().report().budget.cpu);
    const own = watch({ cpu: 0.5 });
    console.log(own.report().budget.cpu, own === watch());`;
  expect(preloaded(program, '{"cpu":0.01}')).toEqual({ code: 0, output: '0.01\n0.5 true\n' });
});

test('wrong options of a preloaded watch are refused with exit code 2', () => {
  const about = 'expected LEAKLAB_WATCH to be a JSON object such as {"signal":"SIGUSR2"}';
  expect(preloaded('', 'SIGUSR2')).toEqual({ code: 2, output: `leaklab: ${about}, got SIGUSR2\n` });
  expect(preloaded('', '{"windows":0}')).toEqual({
    code: 2,
    output: 'leaklab: expected `windows` to be a whole number from 2 up, got 0\n',
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test('a watch that used up its CPU rests until half of it is free, and says so', () => {
  const budget = new Budget(0.02, 0);
  budget.spend(900);
  expect(budget.isUsedUp(30_000)).toBe(false);
  budget.spend(1200);
  expect(budget.isUsedUp(36_000)).toBe(true);
  expect(budget.isUsedUp(90_000)).toBe(true);
  expect(budget.withdrawals).toBe(1);
  expect(budget.isUsedUp(186_000)).toBe(false);
  expect(budget).toMatchObject({ withdrawals: 1, lastReason: 'cpu', spent: 2100 });
});

test('a watch with too small a budget counts nothing any more, and does not sample', async () => {
  watching = watch({ ...short, cpu: 1e-9, patrol: 1 });
  await until(() => (watching?.report().budget.withdrawals ?? 0) > 0);
  expect(watching.report()).toMatchObject({
    sampling: false,
    budget: { resting: true, lastReason: 'cpu' },
  });
});

test('a slow leak shows over long windows alone', () => {
  const trend = new TypeTrend({ windows: 3, threshold: 10 });
  const seen: (number | undefined)[] = [];
  for (let window = 0; window < 40; window += 1) {
    // one in two windows, beside bursts
    trend.note(100 + Math.floor(window / 2));
    trend.note(100 + Math.floor(window / 2) + (window % 3) * 40);
    trend.endWindow();
    seen.push(trend.growsOver);
  }
  expect(new Set(seen)).toEqual(new Set([undefined, 6]));
});

test('a callback that throws ends neither the program nor the watch', async () => {
  watching = watch({
    ...short,
    onAlarm: () => {
      throw new Error('no pager');
    },
  });
  const leaking = setInterval(() => timers.push(setInterval(() => {}, 60_000)), 3);
  onTestFinished(() => clearInterval(leaking));
  await until(() => (watching?.report().problems.length ?? 0) > 0);
  expect(watching.report().problems).toEqual(['onAlarm: no pager']);
});

test('OpenTelemetry gets a gauge for what is open and one for growth, until the end', async () => {
  type Observe = (result: { observe(value: number, attributes: object): void }) => void;
  const callbacks = new Map<string, Set<Observe>>();
  const createObservableGauge = (name: string): object => {
    const own = new Set<Observe>();
    callbacks.set(name, own);
    return {
      addCallback: (callback: Observe) => own.add(callback),
      removeCallback: (callback: Observe) => own.delete(callback),
    };
  };
  metrics.setGlobalMeterProvider({ getMeter: () => ({ createObservableGauge }) } as never);
  onTestFinished(() => metrics.disable());
  const { count, growth, site } = await leakUntilAlarm({ metrics: true });
  const observed = [...callbacks].flatMap(([name, own]) => {
    const seen: unknown[] = [];
    for (const callback of own)
      callback({ observe: (value, attributes) => seen.push([name, value > 0, attributes]) });
    return seen;
  });
  expect([count > 0, growth > 0]).toEqual([true, true]);
  const attributes = { kind: 'timer', site: `${site?.file}:${leakLine}` };
  expect(observed).toEqual([
    ['leaklab.live', true, attributes],
    ['leaklab.growth', true, attributes],
  ]);
  watching?.stop();
  expect([...callbacks.values()].map(({ size }) => size)).toEqual([0, 0]);
});

test('there is one watch: without options it is returned, with options it is refused', () => {
  watching = watch(short);
  expect(watch()).toBe(watching);
  expect(() => watch({})).toThrow(
    new TypeError('a watch runs already: call its stop(), or watch() without options to get it'),
  );
});

test.each([
  [{ every: 5 }, 'expected `every` to be a number of ms from 10 up, got 5'],
  [{ every: 500, window: 200 }, 'expected `window` to be a number of ms, not below `every` (500), got 200'],
  [{ windows: 1.5 }, 'expected `windows` to be a whole number from 2 up, got 1.5'],
  [{ cpu: 2 }, 'expected `cpu` to be a share over 0 and up to 1, got 2'],
  [
    { signal: 'USR2' as NodeJS.Signals },
    'expected `signal` to be the name of a signal, such as SIGUSR2, got "USR2"',
  ],
  [{ emitters: [{}] as EventEmitter[] }, 'expected `emitters` to be a list of event emitters, got [{}]'],
])('%o is refused', (options, message) => {
  expect(() => watch(options)).toThrow(new TypeError(message));
});
