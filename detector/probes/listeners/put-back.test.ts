import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { snapshot } from '../../index.ts';
import { doNothing, leftBy, nothing, only, placesIn, brief } from '../../fixtures/left-by.ts';

const at = placesIn(import.meta.filename);

class Bus extends EventEmitter {}
const ofBus = { kind: 'listener', type: 'Bus', evidence: 'attached', detail: "'message' of Bus" } as const;

function busWith(...listeners: (() => void)[]): Bus {
  const bus = new Bus();
  for (const listener of listeners) bus.on('message', listener);
  return bus;
}

const waysOff: Readonly<Record<string, (bus: Bus) => unknown>> = {
  off: (bus) => bus.off('message', doNothing),
  removeListener: (bus) => bus.removeListener('message', doNothing),
  'removeAllListeners of the event': (bus) => bus.removeAllListeners('message'),
  'removeAllListeners of all events': (bus) => bus.removeAllListeners(),
  'removeAllListeners, with a listener that hears of each': (bus) =>
    bus.once('removeListener', doNothing).removeAllListeners('message').removeAllListeners('removeListener'),
};

describe('a listener of before the scope that is put back', () => {
  for (const [way, takeOff] of Object.entries(waysOff)) {
    test(`after ${way}`, async () => {
      const bus = busWith(doNothing);
      const report = await leftBy(() => {
        takeOff(bus);
        expect(bus.listenerCount('message')).toBe(0);
        bus.on('message', doNothing);
      });
      expect(report).toEqual(nothing);
      expect(bus.listeners('message')).toEqual([doNothing]);
    });
  }

  test('twice each, in another order', async () => {
    const stop = (): void => {};
    const bus = busWith(doNothing, stop, doNothing, stop);
    const report = await leftBy(() => {
      const before = bus.listeners('message') as (() => void)[];
      bus.removeAllListeners('message');
      for (const each of before.toReversed()) bus.prependListener('message', each);
    });
    expect(report).toEqual(nothing);
  });

  test('again and again', async () => {
    const bus = busWith(doNothing);
    const report = await leftBy(() => {
      for (let round = 0; round < 3; round += 1) bus.off('message', doNothing).on('message', doNothing);
    });
    expect(report).toEqual(nothing);
  });

  test('one of `once`, unwrapped', async () => {
    const bus = new Bus();
    bus.once('message', doNothing);
    const report = await leftBy(() => {
      const before = bus.listeners('message') as (() => void)[];
      bus.removeAllListeners('message');
      for (const each of before) bus.once('message', each);
    });
    expect(report).toEqual(nothing);
  });

  test('on an event target', async () => {
    const { signal } = new AbortController();
    signal.addEventListener('abort', doNothing);
    const report = await leftBy(() => {
      signal.removeEventListener('abort', doNothing);
      signal.addEventListener('abort', doNothing);
    });
    expect(report).toEqual(nothing);
  });
});

describe('a listener of an outer scope', () => {
  test('taken off and put back by an inner one is still the line of the outer one alone', async () => {
    const bus = new Bus();
    const outer = snapshot({ budget: 60, name: 'outer' });
    outer.run(() => void bus.on('message', doNothing));
    expect(await leftBy(() => bus.off('message', doNothing).on('message', doNothing))).toEqual(nothing);
    expect(brief(await outer.find()).leaks).toMatchObject([{ ...ofBus, count: 1, owner: 'outer' }]);
    outer.dispose();
  });
});

describe('taken off before a scope and put back after it', () => {
  const bus = busWith(doNothing);
  const outer = snapshot({ budget: 60, name: 'outer' });
  beforeAll(() => void bus.off('message', doNothing));
  afterAll(() => outer.dispose());

  test('is as it was for the outer scope', async () => {
    expect(await leftBy(doNothing)).toEqual(nothing);
    outer.run(() => void bus.on('message', doNothing));
    expect(brief(await outer.find())).toEqual(nothing);
  });
});

describe('still reported', () => {
  test('one more than there was', async () => {
    const bus = busWith(doNothing);
    function putBack(): void {
      bus.off('message', doNothing);
      for (let count = 0; count < 2; count += 1) bus.on('message', doNothing); // here: twice
    }
    expect(await leftBy(putBack)).toEqual(only({ ...ofBus, at: at('twice', 'putBack') }));
  });

  test('another function in place of the one that was there', async () => {
    const bus = busWith(doNothing);
    function replace(): void {
      bus.removeAllListeners('message').on('message', () => 'seen'); // here: another
    }
    expect(await leftBy(replace)).toEqual(only({ ...ofBus, at: at('another', 'replace') }));
  });

  test('one that an earlier scope added and removed', async () => {
    const bus = new Bus();
    const outer = snapshot({ name: 'outer' });
    expect(await leftBy(() => bus.on('message', doNothing).off('message', doNothing))).toEqual(nothing);
    function again(): void {
      bus.on('message', doNothing); // here: again
    }
    expect(await leftBy(again)).toEqual(only({ ...ofBus, at: at('again', 'again') }));
    outer.dispose();
  });

  test('the line that added it last', async () => {
    const bus = new Bus();
    function change(): void {
      bus.on('message', doNothing).off('message', doNothing);
      bus.on('message', doNothing); // here: last
    }
    expect(await leftBy(change)).toEqual(only({ ...ofBus, at: at('last', 'change') }));
  });

  test('nothing where the same function was there once more and was removed', async () => {
    const bus = busWith(doNothing);
    expect(await leftBy(() => bus.on('message', doNothing).off('message', doNothing))).toEqual(nothing);
  });
});
