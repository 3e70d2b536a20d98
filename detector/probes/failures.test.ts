import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { snapshot } from '../index.ts';
import { budget, doNothing, only, placesIn, told } from '../fixtures/left-by.ts';

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
  expect(told(await scope.find())).toEqual({
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
