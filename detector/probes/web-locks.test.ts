import { describe, expect, onTestFinished, test } from 'vitest';
import { collectGarbage } from '../engine/gc.ts';
import { doNothing, leftBy, nothing, only, placesIn } from '../fixtures/left-by.ts';
import { snapshot } from '../index.ts';

const at = placesIn(import.meta.filename);

// Node 22 has none
const isMissing = !Reflect.has(navigator, 'locks');

/** Returns a pause that the test ends, if nothing has before. */
function untilFreed(): PromiseWithResolvers<void> {
  const pause = Promise.withResolvers<void>();
  onTestFinished(() => pause.resolve());
  return pause;
}

describe.skipIf(isMissing)('a lock of navigator.locks', () => {
  test('whose callback returns a promise that never settles', async () => {
    const { promise } = untilFreed();
    let jobs = 0;
    async function exclusively(): Promise<void> {
      const granted = Promise.withResolvers<void>();
      const hold = (): Promise<void> => {
        granted.resolve();
        return promise;
      };
      void navigator.locks.request(`report-${(jobs += 1)}`, hold); // here: request
      await granted.promise;
    }
    async function twice(): Promise<void> {
      await exclusively();
      await exclusively();
    }
    expect(await leftBy(twice)).toEqual(
      only({
        kind: 'lease',
        type: 'Lock',
        count: 2,
        at: at('request', 'exclusively'),
        detail: "'report-1' of navigator.locks",
      }),
    );
  });

  test('is seen with options and a signal, and after a collection of garbage', async () => {
    const { promise } = untilFreed();
    async function hold(): Promise<void> {
      const { signal } = new AbortController();
      const granted = Promise.withResolvers<void>();
      const work = (): Promise<void> => {
        granted.resolve();
        return promise;
      };
      void navigator.locks.request('till', { signal }, work); // here: with a signal
      await granted.promise;
      collectGarbage();
    }
    expect(await leftBy(hold)).toEqual(
      only({
        kind: 'lease',
        type: 'Lock',
        at: at('with a signal', 'hold'),
        detail: "'till' of navigator.locks",
      }),
    );
  });

  test('is named for those who wait for it', async () => {
    const { promise } = untilFreed();
    async function print(): Promise<void> {
      await navigator.locks.request('press', doNothing);
    }
    async function hold(): Promise<void> {
      void navigator.locks.request('press', () => promise); // here: held
      void print();
      await Promise.resolve();
    }
    const { leaks } = await leftBy(hold);
    expect(leaks.filter(({ kind }) => kind === 'lease').map((each) => each.at)).toEqual([at('held', 'hold')]);
  });

  test('that an async function keeps which never goes on is reported at its await alone', async () => {
    const { promise } = untilFreed();
    const hold = async (): Promise<void> => {
      await navigator.locks.request('till', async () => {
        await promise; // here: await
      });
    };
    const { leaks } = await leftBy(() => void hold(), { level: 'full' });
    expect(leaks.map(({ kind, at: place }) => [kind, place.split(' ')[0]])).toEqual([
      ['await', at('await', '').trim()],
    ]);
  });
});

describe.skipIf(isMissing)('silent about', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['a callback that returns nothing', () => navigator.locks.request('a', doNothing)],
    ['a callback that ends', () => navigator.locks.request('a', async () => Promise.resolve(1))],
    [
      'a callback that throws',
      () =>
        navigator.locks
          .request('thrown', () => {
            throw new Error('template missing');
          })
          .catch(doNothing),
    ],
    [
      'a lock that was not to be had at once',
      async () => {
        const { promise, resolve } = Promise.withResolvers<void>();
        const held = navigator.locks.request('busy', () => promise);
        await navigator.locks.request('busy', { ifAvailable: true }, (lock) => expect(lock).toBeNull());
        resolve();
        await held;
      },
    ],
    [
      'a lock that was stolen',
      async () => {
        const { promise } = untilFreed();
        const stolen = navigator.locks.request('stolen', () => promise).catch(doNothing);
        await Promise.resolve();
        await navigator.locks.request('stolen', { steal: true }, doNothing);
        await stolen;
      },
    ],
    [
      'a hundred locks, one after the other',
      async () => {
        for (let index = 0; index < 100; index += 1) await navigator.locks.request('a', doNothing);
      },
    ],
  ])('%s', async (_, work) => {
    expect(await leftBy(work, { level: 'full' })).toEqual(nothing);
  });
});

describe.skipIf(isMissing)('the program', () => {
  test('has its own request() again after the last scope', async () => {
    const manager = Object.getPrototypeOf(navigator.locks) as Navigator['locks'];
    const getter = (): unknown => Object.getOwnPropertyDescriptor(Navigator.prototype, 'locks')?.get;
    const before = [Reflect.get(manager, 'request'), getter()];
    const scope = snapshot();
    await navigator.locks.request('a', doNothing);
    const { name, length } = Reflect.get(manager, 'request');
    scope.dispose();
    expect([name, length]).toEqual(['request', 2]);
    expect([Reflect.get(manager, 'request'), getter()]).toEqual(before);
  });

  test('sees what its callback is given and gives, and the error that it throws', async () => {
    const scope = snapshot();
    onTestFinished(() => scope.dispose());
    const given = await navigator.locks.request('a', (lock) => `${lock?.name} ${lock?.mode}`);
    expect(given).toBe('a exclusive');
    const error = await navigator.locks
      .request('thrown too', function print() {
        throw new Error('template missing');
      })
      .catch((thrown: unknown) => thrown);
    expect((error as Error).stack).toMatch(/^Error: template missing\n {4}at print /);
    expect((error as Error).stack).not.toContain('web-locks.ts');
  });
});
