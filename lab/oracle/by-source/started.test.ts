import { promisify } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import * as fs from './shims/fs.ts';
import * as promises from './shims/timers-promises.ts';
import * as threads from './shims/worker-threads.ts';
import { watchStarted } from './started.ts';

const started = watchStarted();
const base = started();
/** Counts open resources beyond those of the test runner. */
const open = (): { timers: number; ports: number; polled: number } => {
  const now = started();
  const since = (type: string): number => (now[type] ?? 0) - (base[type] ?? 0);
  return {
    timers: since('handles Timeout'),
    ports: since('handles MessagePort') + since('handles BroadcastChannel'),
    polled: since('handles StatWatcher'),
  };
};
const none = { timers: 0, ports: 0, polled: 0 };

// oxlint-disable-next-line vitest/no-standalone-expect -- of each test
afterEach(() => expect(open()).toEqual(none));

it('counts timers until they have fired or are cleared', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  await promisify(setTimeout)(1);
  expect(open()).toEqual(none);
  const timers = [setTimeout(() => {}, 60_000), setInterval(() => {}, 60_000), setTimeout(() => {}, 60_000)];
  expect(open()).toEqual({ ...none, timers: 3 });
  clearTimeout(timers[0]);
  clearTimeout(Number(timers[1]));
  timers[2]?.close();
  clearTimeout(timers[2]);
  clearInterval(undefined);
});

it('counts a timer again that is started again', async () => {
  const fired = Promise.withResolvers<void>();
  const timer = setTimeout(fired.resolve, 1);
  await fired.promise;
  expect(open()).toEqual(none);
  timer.refresh();
  expect(open()).toEqual({ ...none, timers: 1 });
  timer[Symbol.dispose]();
});

it('counts the timers of timers/promises', async () => {
  const stop = new AbortController();
  const slept = promises.setTimeout(60_000, 'woken', { signal: stop.signal }).catch(() => 'aborted');
  const ticks = promises.setInterval(1, 'tick')[Symbol.asyncIterator]();
  expect(await ticks.next()).toEqual({ done: false, value: 'tick' });
  expect(open()).toEqual({ ...none, timers: 2 });
  stop.abort();
  await ticks.return?.();
  expect(await slept).toBe('aborted');
});

it('counts both ports of a channel until one of them is closed', () => {
  const { port1, port2 } = new threads.MessageChannel();
  const news = new threads.BroadcastChannel('news');
  expect(open()).toEqual({ ...none, ports: 3 });
  port2.close();
  news.close();
  expect(port1).toBeInstanceOf(MessagePort);
});

it('counts a broadcast channel until it is closed, also when it is unreachable', async () => {
  const forget = (): WeakRef<InstanceType<typeof threads.BroadcastChannel>> =>
    new WeakRef(new threads.BroadcastChannel('news'));
  const forgotten = forget();
  const held = new threads.BroadcastChannel('news');
  held.unref();
  await new Promise(setImmediate);
  gc?.();
  expect(open()).toEqual({ ...none, ports: 2 });
  forgotten.deref()?.close();
  held.close();
});

it('counts files that are polled', () => {
  const [one, other] = [(): void => {}, (): void => {}];
  fs.watchFile('/nowhere/a', { persistent: false }, one);
  fs.watchFile('/nowhere/a', { persistent: false }, other);
  fs.watchFile('/nowhere/b', { persistent: false }, one);
  expect(open()).toEqual({ ...none, polled: 2 });
  fs.unwatchFile('/nowhere/a', one);
  expect(open()).toEqual({ ...none, polled: 2 });
  fs.unwatchFile('/nowhere/a', other);
  fs.unwatchFile('/nowhere/b');
});
