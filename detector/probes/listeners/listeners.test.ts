import { addAbortListener, EventEmitter, once } from 'node:events';
import { createServer } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { snapshot } from '../../index.ts';
import { doNothing, leftBy, nothing, only, placesIn } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

class Bus extends EventEmitter {}
const bus = new Bus();
const ofBus = { kind: 'listener', type: 'Bus', evidence: 'attached', detail: "'message' of Bus" } as const;
const ofSignal = {
  kind: 'listener',
  type: 'AbortSignal',
  evidence: 'attached',
  detail: "'abort' of AbortSignal",
} as const;

function cleanBusAfterTest(): void {
  onTestFinished(() => {
    bus.removeAllListeners();
  });
}

describe('listeners on an older emitter', () => {
  for (const method of ['on', 'addListener', 'prependListener', 'once', 'prependOnceListener'] as const) {
    test(`by ${method}`, async () => {
      cleanBusAfterTest();
      function subscribe(): void {
        bus[method]('message', () => 'seen'); // here: method
      }
      expect(await leftBy(subscribe)).toEqual(only({ ...ofBus, at: at('method', 'subscribe') }));
    });
  }

  test('three of one line, and of another event', async () => {
    cleanBusAfterTest();
    function subscribe(): void {
      for (let index = 0; index < 3; index += 1) bus.on('message', () => index); // here: three
      bus.on(Symbol.for('gone'), doNothing); // here: symbol
    }
    expect(await leftBy(subscribe)).toEqual(
      only(
        { ...ofBus, count: 3, at: at('three', 'subscribe') },
        { ...ofBus, at: at('symbol', 'subscribe'), detail: "'Symbol(gone)' of Bus" },
      ),
    );
  });

  test('the same function twice, removed once', async () => {
    cleanBusAfterTest();
    function subscribe(): void {
      for (let index = 0; index < 2; index += 1) bus.on('message', doNothing); // here: same function
      bus.off('message', doNothing);
    }
    expect(await leftBy(subscribe)).toEqual(only({ ...ofBus, at: at('same function', 'subscribe') }));
  });

  test('on the process', async () => {
    function handleSignals(): void {
      const stop = (): void => {};
      process.on('SIGUSR2', stop); // here: process
      onTestFinished(() => {
        process.off('SIGUSR2', stop);
      });
    }
    expect(await leftBy(handleSignals)).toEqual(
      only({
        kind: 'listener',
        type: 'process',
        evidence: 'attached',
        at: at('process', 'handleSignals'),
        detail: "'SIGUSR2' of process",
      }),
    );
  });

  test('on an emitter without a constructor', async () => {
    const bare = Object.setPrototypeOf(new EventEmitter(), Object.create(null, {})) as object;
    const { leaks, failedProbes } = await leftBy(() => {
      EventEmitter.prototype.on.call(bare as EventEmitter, 'message', doNothing);
    });
    expect({ leaks, failedProbes }).toEqual({ leaks: [], failedProbes: [] });
  });
});

describe('listeners on an older event target', () => {
  // targets are known from the moment at which the first scope begins
  const outer = snapshot({ name: 'outer' });
  const target = new EventTarget();
  afterAll(() => outer.dispose());
  const ofTarget = {
    kind: 'listener',
    type: 'EventTarget',
    evidence: 'attached',
    detail: "'change' of EventTarget",
  } as const;

  for (const [sort, listener] of Object.entries({ function: () => {}, object: { handleEvent: doNothing } })) {
    test(`a target that was seen being made, a listener that is a ${sort}`, async () => {
      onTestFinished(() => target.removeEventListener('change', listener));
      function subscribe(): void {
        target.addEventListener('change', listener); // here: target
      }
      expect(await leftBy(subscribe)).toEqual(only({ ...ofTarget, at: at('target', 'subscribe') }));
    });
  }

  test('a target of a class of the program', async () => {
    class Mailbox extends EventTarget {}
    const mailbox = new Mailbox();
    function subscribe(): void {
      mailbox.addEventListener('mail', doNothing); // here: mailbox
    }
    expect(await leftBy(subscribe)).toEqual(
      only({ ...ofTarget, type: 'Mailbox', at: at('mailbox', 'subscribe'), detail: "'mail' of Mailbox" }),
    );
    expect(mailbox).toBeInstanceOf(EventTarget);
  });

  test('a signal', async () => {
    const shutdown = new AbortController();
    function subscribe(): void {
      for (let index = 0; index < 3; index += 1) {
        shutdown.signal.addEventListener('abort', () => index); // here: signal
      }
    }
    expect(await leftBy(subscribe)).toEqual(only({ ...ofSignal, count: 3, at: at('signal', 'subscribe') }));
    expect(shutdown.signal.aborted).toBe(false);
  });

  test('a signal of AbortSignal.any over an older one', async () => {
    const shutdown = new AbortController();
    function subscribe(): void {
      const either = AbortSignal.any([shutdown.signal, new AbortController().signal]);
      either.addEventListener('abort', doNothing); // here: any
    }
    expect(await leftBy(subscribe)).toEqual(only({ ...ofSignal, at: at('any', 'subscribe') }));
    expect(shutdown.signal.aborted).toBe(false);
  });

  test('a signal, by events.addAbortListener', async () => {
    const shutdown = new AbortController();
    function subscribe(): void {
      addAbortListener(shutdown.signal, doNothing); // here: abort listener
    }
    expect(await leftBy(subscribe)).toEqual(only({ ...ofSignal, at: at('abort listener', 'subscribe') }));
  });

  test('a signal of AbortSignal.any over one of AbortSignal.any', async () => {
    const shutdown = new AbortController();
    function subscribe(): void {
      const inner = AbortSignal.any([shutdown.signal]);
      AbortSignal.any([inner]).addEventListener('abort', doNothing); // here: any of any
    }
    expect(await leftBy(subscribe)).toEqual(only({ ...ofSignal, at: at('any of any', 'subscribe') }));
    expect(shutdown.signal.aborted).toBe(false);
  });

  test('a signal of AbortSignal.any over a set of signals', async () => {
    const shutdown = new AbortController();
    function subscribe(): void {
      // any iterable works, although the types say otherwise
      const signals = new Set([shutdown.signal]) as Iterable<AbortSignal> as AbortSignal[];
      AbortSignal.any(signals).addEventListener('abort', doNothing); // here: any of a set
    }
    expect(await leftBy(subscribe)).toEqual(only({ ...ofSignal, at: at('any of a set', 'subscribe') }));
    expect(shutdown.signal.aborted).toBe(false);
  });
});

describe('silent about listeners', () => {
  test('that were removed, or fired once', async () => {
    const shutdown = new AbortController();
    const report = await leftBy(() => {
      bus.on('message', doNothing).off('message', doNothing);
      bus.once('message', doNothing).emit('message');
      shutdown.signal.addEventListener('abort', doNothing);
      shutdown.signal.removeEventListener('abort', doNothing);
      const target = new EventTarget();
      target.addEventListener('change', doNothing, { once: true });
      target.dispatchEvent(new Event('change'));
      const off = new AbortController();
      target.addEventListener('change', doNothing, { signal: off.signal });
      off.abort();
    });
    expect(report).toEqual(nothing);
  });

  test('that were there before the scope', async () => {
    cleanBusAfterTest();
    bus.on('message', doNothing);
    expect(await leftBy(doNothing)).toEqual(nothing);
  });

  test('on targets that were made within the scope', async () => {
    const kept: object[] = [];
    const report = await leftBy(() => {
      const own = new Bus().on('message', doNothing);
      const controller = new AbortController();
      controller.signal.addEventListener('abort', doNothing);
      const ownTarget = new EventTarget();
      ownTarget.addEventListener('change', doNothing);
      AbortSignal.any([controller.signal]).addEventListener('abort', doNothing);
      kept.push(own, controller, ownTarget);
    });
    expect(report).toEqual(nothing);
    expect(kept).toHaveLength(3);
  });

  test('on an older target that is collected', async () => {
    let older: Bus | undefined = new Bus();
    const report = await leftBy(() => {
      older?.on('message', doNothing);
      older = undefined;
    });
    expect(report).toEqual(nothing);
  });

  test('on an older server or stream that is closed when they are judged', async () => {
    const server = createServer();
    const stream = new PassThrough();
    function listen(): void {
      server.on('error', () => {});
      stream.on('data', () => {});
      stream.destroy();
    }
    expect(await leftBy(listen)).toEqual(nothing);
    await new Promise<void>((resolve) => server.listen(0, resolve));
    onTestFinished(() => void server.close());
    function listenAgain(): void {
      server.on('error', () => {}); // here: on an open server
    }
    const { leaks } = await leftBy(listenAgain);
    expect(leaks.map(({ kind, at: line }) => [kind, line])).toEqual([
      ['listener', at('on an open server', 'listenAgain')],
    ]);
  });

  test("that are Node's own", async () => {
    const shutdown = new AbortController();
    const destination = new PassThrough();
    const report = await leftBy(async () => {
      const stop = new AbortController();
      const waiting = once(bus, 'never', { signal: stop.signal }).catch(doNothing);
      stop.abort();
      await waiting;
      await sleep(1, undefined, { signal: shutdown.signal });
      const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
      await pipeline(['x'], sink, { signal: shutdown.signal });
      new PassThrough().pipe(destination);
    });
    expect(report).toEqual(nothing);
  });
});
