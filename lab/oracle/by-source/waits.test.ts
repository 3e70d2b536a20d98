import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { entered, iterated, watchWaits } from './waits.ts';

const waits = watchWaits();

it('tells waits that are over, that can end, and that can never end', async () => {
  const late = Promise.withResolvers<string>();
  const wait = async (): Promise<unknown> => entered(late.promise, 'a.ts:1');
  const waiting = wait();
  void (async () => void (await entered(new Promise(() => {}), 'a.ts:2')))();
  await turn();
  gc?.();
  expect(waits()).toEqual({ stalled: 2, collected: 1, sites: { 'stalls a.ts:1': 1, 'stalls a.ts:2': 1 } });
  late.resolve('there');
  expect(await waiting).toBe('there');
  expect(waits()).toMatchObject({ stalled: 1, sites: { 'stalls a.ts:2': 1 } });
});

it('gives the value that the wait would have given', async () => {
  const before = waits().stalled;
  // oxlint-disable-next-line unicorn/no-thenable
  const thenable = { then: (resolve: (value: string) => void) => resolve('thenable') };
  const given = [await entered(7, 'a.ts:3'), await entered(thenable, 'a.ts:4')];
  const rejected = entered(Promise.reject(new RangeError('no')), 'a.ts:5');
  await expect(rejected).rejects.toThrow(new RangeError('no'));
  expect(given).toEqual([7, 'thenable']);
  expect(waits().stalled).toBe(before);
});

it('passes on the values of a loop, and closes the iterator when the loop is left', async () => {
  const before = waits().stalled;
  const closed: string[] = [];
  async function* ticks(): AsyncGenerator<number> {
    try {
      for (let tick = 1; ; tick++) yield tick;
    } finally {
      closed.push('ticks');
    }
  }
  const seen: unknown[] = [];
  for await (const tick of iterated(ticks(), 'a.ts:6') as AsyncIterable<number>) {
    seen.push(tick);
    if (tick === 2) break;
  }
  for await (const each of iterated([Promise.resolve('a'), 'b'], 'a.ts:7') as AsyncIterable<unknown>)
    seen.push(each);
  expect({ seen, closed }).toEqual({ seen: [1, 2, 'a', 'b'], closed: ['ticks'] });
  expect(waits().stalled).toBe(before);
});

it('sees a loop that waits for its next value', async () => {
  const before = waits().stalled;
  const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) };
  void (async () => {
    for await (const _ of iterated(silent, 'a.ts:8') as AsyncIterable<never>);
  })();
  await turn();
  expect(waits()).toMatchObject({ stalled: before + 1, sites: { 'stalls a.ts:8': 1 } });
});
