import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { snapshot, type Scope } from '../index.ts';
import { budget, doNothing, nothing, only, placesIn, brief } from '../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

function open(): Scope {
  const scope = snapshot({ budget });
  onTestFinished(() => scope.dispose());
  return scope;
}

describe('what the detector leaves alone', () => {
  test('the listeners of the process', () => {
    const counts = (): object =>
      Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
    const before = counts();
    const scope = open();
    expect(counts()).toEqual(before);
    scope.dispose();
    expect(counts()).toEqual(before);
  });

  test('how errors are formatted', async () => {
    const before = Object.getOwnPropertyDescriptors(Error);
    const scope = open();
    setTimeout(doNothing, 20);
    await scope.find();
    expect(Object.getOwnPropertyDescriptors(Error)).toEqual(before);
    scope.dispose();
    expect(Object.getOwnPropertyDescriptors(Error)).toEqual(before);
  });

  test('how errors are formatted, where the program has its own way', async () => {
    const { prepareStackTrace, stackTraceLimit } = Error;
    onTestFinished(() => {
      Error.prepareStackTrace = prepareStackTrace;
      Error.stackTraceLimit = stackTraceLimit;
    });
    const scope = open();
    const own: typeof Error.prepareStackTrace = (error, sites) => `${error.message} of ${sites.length}`;
    Error.prepareStackTrace = own;
    Error.stackTraceLimit = 2;
    setTimeout(doNothing, 20);
    await scope.find();
    expect([Error.prepareStackTrace === own, Error.stackTraceLimit, new Error('x').stack]).toEqual([
      true,
      2,
      'x of 2',
    ]);
  });
});

describe('fake timers of the program', () => {
  test('do not hold up the check, and hide nothing that was real', async () => {
    const scope = open();
    function startPolling(): NodeJS.Timeout {
      return setInterval(doNothing, 1000); // here: poll
    }
    const timer = startPolling();
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
      clearInterval(timer);
    });
    setInterval(doNothing, 1000);
    expect(brief(await scope.find())).toEqual(
      only({ kind: 'timer', type: 'Timeout', at: at('poll', 'startPolling') }),
    );
  });

  test('that fake everything do not hold up the check of a clean scope', async () => {
    vi.useFakeTimers({
      toFake: ['setTimeout', 'setInterval', 'setImmediate', 'performance', 'Date', 'queueMicrotask'],
    });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const scope = open();
    expect(brief(await scope.find())).toEqual(nothing);
  });
});
