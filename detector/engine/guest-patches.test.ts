import { Channel } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import * as eventsModule from 'node:events';
import fs, { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import * as fsModule from 'node:fs';
import * as promisesModule from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import perfHooks, { PerformanceObserver } from 'node:perf_hooks';
import * as perfHooksModule from 'node:perf_hooks';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { snapshot, type Scope } from '../index.ts';
import { budget, doNothing } from '../fixtures/left-by.ts';

function open(): Scope {
  const scope = snapshot({ budget });
  onTestFinished(() => scope.dispose());
  return scope;
}

/** A function or a class. */
interface Named {
  readonly name: string;
  readonly length: number;
}

function signalGetter(): Named {
  return Object.getOwnPropertyDescriptor(AbortController.prototype, 'signal')?.get as Named;
}

/** Returns everything that the detector patches, as the program sees it. */
function patched(): Map<string, Named> {
  const emitter = EventEmitter.prototype;
  const stream = ReadableStream.prototype;
  return new Map<string, Named>([
    ['EventEmitter.prototype.on', emitter.on],
    ['EventEmitter.prototype.addListener', emitter.addListener],
    ['EventEmitter.prototype.prependListener', emitter.prependListener],
    ['EventEmitter.prototype.off', emitter.off],
    ['EventEmitter.prototype.removeListener', emitter.removeListener],
    ['EventEmitter.prototype.removeAllListeners', emitter.removeAllListeners],
    ['EventTarget.prototype.removeEventListener', EventTarget.prototype.removeEventListener],
    ['gc', globalThis.gc as Named],
    ['EventEmitter.init', Reflect.get(EventEmitter, 'init') as Named],
    ['events.init', Reflect.get(eventsModule, 'init') as Named],
    ['EventTarget.prototype.addEventListener', EventTarget.prototype.addEventListener],
    ['AbortSignal.any', AbortSignal.any],
    ['ReadableStream.prototype.getReader', stream.getReader],
    ['ReadableStream.prototype.values', stream.values],
    ['ReadableStream.prototype[Symbol.asyncIterator]', stream[Symbol.asyncIterator]],
    ['ReadableStream.prototype.tee', stream.tee],
    ['WritableStream.prototype.getWriter', WritableStream.prototype.getWriter],
    ['fs.open', fs.open],
    ['fs.openSync', fs.openSync],
    ['fs.promises.open', fs.promises.open],
    ['fs.opendir', fs.opendir],
    ['fs.opendirSync', fs.opendirSync],
    ['fs.promises.opendir', fs.promises.opendir],
    ['AbortSignal.timeout', AbortSignal.timeout],
    ['AbortController.prototype.signal', signalGetter()],
    ['EventTarget', EventTarget],
    ['AbortController', AbortController],
    ['Channel.prototype.subscribe', Channel.prototype.subscribe],
    ['EventTarget.prototype.constructor', EventTarget.prototype.constructor],
    ['PerformanceObserver.prototype.observe', PerformanceObserver.prototype.observe],
    ['PerformanceObserver.prototype.disconnect', PerformanceObserver.prototype.disconnect],
    ['performance.monitorEventLoopDelay', perfHooks.monitorEventLoopDelay],
    ['import { monitorEventLoopDelay } from perf_hooks', perfHooksModule.monitorEventLoopDelay],
    ['import { open } from fs', fsModule.open],
    ['import { opendir } from fs', fsModule.opendir],
    ['import { opendirSync } from fs', fsModule.opendirSync],
    ['import { opendir } from fs/promises', promisesModule.opendir],
    ['import { openSync } from fs', fsModule.openSync],
    ['import { open } from fs/promises', promisesModule.open],
  ]);
}

const shape = (each: Named | undefined): object => ({
  name: each?.name,
  length: each?.length,
  custom: each && Reflect.get(each, promisify.custom),
});

describe('what the detector patches', () => {
  test('is the same function as before once the last scope is disposed of', () => {
    const before = patched();
    const [first, second] = [open(), open()];
    first.dispose();
    const during = patched();
    second.dispose();
    const after = patched();
    const names = [...before.keys()];
    expect(names.filter((name) => during.get(name) === before.get(name))).toEqual([]);
    expect(names.filter((name) => after.get(name) !== before.get(name))).toEqual([]);
  });

  test('has the name, length and properties of the real one', () => {
    const before = [...patched()].map(([name, each]) => [name, shape(each)]);
    open();
    expect([...patched()].map(([name, each]) => [name, shape(each)])).toEqual(before);
  });

  test('is listed as before', () => {
    const holders = [
      EventEmitter,
      EventEmitter.prototype,
      EventTarget.prototype,
      AbortSignal,
      ReadableStream.prototype,
      WritableStream.prototype,
      fs,
      fs.promises,
      globalThis,
      process,
    ];
    const keys = (): unknown[] =>
      holders.map((holder) =>
        Reflect.ownKeys(holder).map((key) => {
          const descriptor = Object.getOwnPropertyDescriptor(holder, key);
          return [key, descriptor?.enumerable, descriptor?.writable, descriptor?.configurable];
        }),
      );
    // to describe it loads fetch, which adds a global
    void Response;
    const before = keys();
    const scope = open();
    expect(keys()).toEqual(before);
    scope.dispose();
    expect(keys()).toEqual(before);
  });

  test('has classes that still recognise their objects', () => {
    const older = [new EventTarget(), new AbortController(), new AbortController().signal];
    open();
    class Mailbox extends EventTarget {}
    class Deadline extends AbortController {}
    const made = [new EventTarget(), new AbortController(), new Mailbox(), new Deadline()];
    expect([...older, ...made].map((each) => each instanceof EventTarget)).toEqual([
      true,
      false,
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(made.map((each) => each.constructor)).toEqual([EventTarget, AbortController, Mailbox, Deadline]);
    expect(made.map((each) => each.constructor.name)).toEqual([
      'EventTarget',
      'AbortController',
      'Mailbox',
      'Deadline',
    ]);
    expect(older[0]?.constructor).toBe(EventTarget);
  });

  test('can be promisified', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'leaklab-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    open();
    const descriptor = await promisify(fs.open)(join(folder, 'a'), 'w');
    expect(typeof descriptor).toBe('number');
    await promisify(fs.close)(descriptor);
  });

  test('refuses wrong arguments as before', () => {
    const call = (): unknown[] =>
      [
        () => Reflect.apply(fs.open, fs, ['/nowhere', 'r']) as unknown,
        () => Reflect.apply(fs.openSync, fs, [{}]) as unknown,
        () => Reflect.apply(EventEmitter.prototype.on, new EventEmitter(), ['x', 5]) as unknown,
        () => Reflect.apply(EventTarget.prototype.addEventListener, {}, ['x', doNothing]) as unknown,
        () => Reflect.apply(AbortSignal.any, AbortSignal, [5]) as unknown,
        () => Reflect.apply(ReadableStream.prototype.getReader, {}, []) as unknown,
      ].map((work) => {
        try {
          return work();
        } catch (error) {
          return error instanceof Error ? [error.name, error.message, Reflect.get(error, 'code')] : error;
        }
      });
    const before = call();
    open();
    expect(call()).toEqual(before);
  });

  test('keeps a patch that the program adds meanwhile', () => {
    const real = EventEmitter.prototype.on;
    onTestFinished(() => {
      EventEmitter.prototype.on = real;
    });
    const scope = open();
    const ours = EventEmitter.prototype.on;
    const theirs: typeof real = function on(this: EventEmitter, ...args) {
      return ours.apply(this, args);
    };
    EventEmitter.prototype.on = theirs;
    scope.dispose();
    expect(EventEmitter.prototype.on).toBe(theirs);
    const bus = new EventEmitter().on('message', doNothing);
    expect(bus.listeners('message')).toEqual([doNothing]);
  });
});

test('the file that is read here is the file that was opened', () => {
  open();
  const fd = fsModule.openSync(import.meta.filename, 'r');
  expect(readFileSync(fd, 'utf8')).toBe(readFileSync(import.meta.filename, 'utf8'));
  fs.closeSync(fd);
});
