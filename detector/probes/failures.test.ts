import { EventEmitter } from 'node:events';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { snapshot } from '../index.ts';
import { budget, doNothing, only, placesIn, brief } from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

function withoutAny(): void {
  const descriptor = Object.getOwnPropertyDescriptor(AbortSignal, 'any');
  if (!descriptor) throw new Error('no AbortSignal.any');
  Reflect.deleteProperty(AbortSignal, 'any');
  onTestFinished(() => {
    Object.defineProperty(AbortSignal, 'any', descriptor);
  });
}

test('a probe that cannot start is reported, and the others go on', async () => {
  withoutAny();
  const scope = snapshot({ budget });
  onTestFinished(() => scope.dispose());
  function startPolling(): void {
    const timer = setInterval(doNothing, 1000); // here: poll
    onTestFinished(() => clearInterval(timer));
  }
  startPolling();
  expect(brief(await scope.find())).toEqual({
    ...only({ kind: 'timer', type: 'Timeout', at: at('poll', 'startPolling') }),
    failedProbes: [{ probe: 'listeners', error: 'cannot watch `any`: no such method' }],
  });
});

test('a probe that could not start leaves no patch behind', () => {
  const { on, addListener, prependListener } = EventEmitter.prototype;
  const { addEventListener } = EventTarget.prototype;
  withoutAny();
  snapshot({ budget }).dispose();
  const after = EventEmitter.prototype;
  expect([
    after.on === on,
    after.addListener === addListener,
    after.prependListener === prependListener,
  ]).toEqual([true, true, true]);
  expect(EventTarget.prototype.addEventListener === addEventListener).toBe(true);
});

test('a later scope in which the probe can start reports no failure', async () => {
  const scope = snapshot({ budget });
  onTestFinished(() => scope.dispose());
  expect((await scope.find()).failedProbes).toEqual([]);
});

/** Puts a class of a DOM library in the place of a global of Node. */
function putInPlace(...names: readonly string[]): void {
  for (const name of names) vi.stubGlobal(name, function Foreign() {});
  onTestFinished(() => void vi.unstubAllGlobals());
}

describe('beside a DOM library', () => {
  const classes = ['EventTarget', 'AbortController', 'AbortSignal', 'Response', 'Request'] as const;

  test('a global that is not Node’s is not watched, which is no failure', async () => {
    putInPlace(...classes, 'ReadableStream', 'WritableStream');
    const scope = snapshot({ budget });
    onTestFinished(() => scope.dispose());
    expect((await scope.find()).failedProbes).toEqual([]);
  });

  test('the detector loads where a global is missing', async () => {
    for (const name of ['ReadableStream', 'WritableStream', 'Response', 'Request'])
      vi.stubGlobal(name, undefined);
    onTestFinished(() => void vi.unstubAllGlobals());
    vi.resetModules();
    const detector = await import('../index.ts');
    const scope = detector.snapshot({ budget });
    onTestFinished(() => scope.dispose());
    expect((await scope.find()).failedProbes).toEqual([]);
  });

  test('streams of Node are watched, and listeners of its emitters', async () => {
    const { ReadableStream } = process.getBuiltinModule('node:stream/web');
    const stream = new ReadableStream();
    const emitter = new EventEmitter();
    putInPlace(...classes, 'ReadableStream');
    const scope = snapshot({ budget });
    onTestFinished(() => scope.dispose());
    stream.getReader();
    emitter.on('order', doNothing);
    const { leaks } = await scope.find();
    expect(leaks.map(({ kind, type }) => [kind, type])).toEqual([
      ['stream', 'ReadableStream reader'],
      ['listener', 'EventEmitter'],
    ]);
    expect(stream.locked).toBe(true);
  });

  test('a class that extends Node’s Response is watched', async () => {
    class DomResponse extends Response {}
    vi.stubGlobal('Response', DomResponse);
    onTestFinished(() => void vi.unstubAllGlobals());
    const scope = snapshot({ budget });
    onTestFinished(() => scope.dispose());
    const response = new DomResponse(new Blob(['order 7']).stream());
    const copy = response.clone();
    await response.text();
    const { leaks } = await scope.find();
    expect(leaks.map(({ type, count }) => [type, count])).toEqual([['ReadableStream branch', 1]]);
    expect(copy.bodyUsed).toBe(false);
  });
});
