import { AsyncLocalStorage, createHook } from 'node:async_hooks';
import diagnostics, { channel, subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel';
import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doNothing, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);
const toOrders = {
  kind: 'listener',
  type: 'Channel',
  evidence: 'attached',
  detail: "channel 'orders'",
} as const;

describe('subscriptions that go on', () => {
  test('to a channel', async () => {
    function watchOrders(): void {
      subscribe('orders', doNothing); // here: channel
      onTestFinished(() => {
        unsubscribe('orders', doNothing);
      });
    }
    expect(await leftBy(watchOrders)).toEqual(only({ ...toOrders, at: at('channel', 'watchOrders') }));
  });

  test('to a channel, by its own method', async () => {
    const orders = channel('orders');
    function watchOrders(): void {
      orders.subscribe(doNothing); // here: own method
      onTestFinished(() => {
        orders.unsubscribe(doNothing);
      });
    }
    expect(await leftBy(watchOrders)).toEqual(only({ ...toOrders, at: at('own method', 'watchOrders') }));
  });

  test('to the parts of a tracing channel', async () => {
    const traced = tracingChannel('orders');
    const handlers = { start: doNothing, error: doNothing };
    function watchOrders(): void {
      traced.subscribe(handlers as never); // here: traced
      onTestFinished(() => {
        traced.unsubscribe(handlers as never);
      });
    }
    const { leaks } = await leftBy(watchOrders);
    expect(leaks.map(({ kind, at: place }) => ({ kind, at: place }))).toContainEqual({
      kind: 'listener',
      at: at('traced', 'watchOrders'),
    });
  });

  test('of a performance observer', async () => {
    function watchMarks(): void {
      const observer = new PerformanceObserver(doNothing);
      observer.observe({ entryTypes: ['mark'] }); // here: observer
      onTestFinished(() => observer.disconnect());
    }
    expect(await leftBy(watchMarks)).toEqual(
      only({
        kind: 'listener',
        type: 'PerformanceObserver',
        evidence: 'attached',
        at: at('observer', 'watchMarks'),
      }),
    );
  });

  test('of an async hook', async () => {
    function watchResources(): void {
      const hook = createHook({ init: doNothing });
      hook.enable(); // here: hook
      onTestFinished(() => {
        hook.disable();
      });
    }
    expect(await leftBy(watchResources)).toEqual(
      only({
        kind: 'listener',
        type: 'AsyncHook',
        evidence: 'attached',
        at: at('hook', 'watchResources'),
      }),
    );
  });

  test("of a monitor of the event loop's delay", async () => {
    function watchDelay(): void {
      const monitor = monitorEventLoopDelay(); // here: monitor
      monitor.enable();
      onTestFinished(() => {
        monitor.disable();
      });
    }
    expect(await leftBy(watchDelay)).toEqual(
      only({ kind: 'timer', type: 'IntervalHistogram', at: at('monitor', 'watchDelay') }),
    );
  });
});

describe('silent about', () => {
  test('subscriptions that were ended', async () => {
    const report = await leftBy(() => {
      diagnostics.subscribe('orders', doNothing);
      createHook({ init: doNothing }).enable().disable();
      // on Node 22 `run` enables a hook for good
      new AsyncLocalStorage().run({}, doNothing);
      diagnostics.unsubscribe('orders', doNothing);
      channel('orders').subscribe(doNothing);
      channel('orders').unsubscribe(doNothing);
      const observer = new PerformanceObserver(doNothing);
      observer.observe({ entryTypes: ['mark'] });
      observer.disconnect();
    });
    expect(report).toEqual(nothing);
  });

  test('a monitor that was never enabled, or was disabled and is still held', async () => {
    const monitors: object[] = [];
    const report = await leftBy(() => {
      const monitor = monitorEventLoopDelay();
      monitor.enable();
      monitor.disable();
      monitors.push(monitor, monitorEventLoopDelay());
    });
    expect(report).toEqual(nothing);
    expect(monitors).toHaveLength(2);
  });
});
