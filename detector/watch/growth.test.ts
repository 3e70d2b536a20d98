import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { Growth } from './growth.ts';

const bounds = { windows: 3, threshold: 20 };
const seed = 18;

/** Returns the windows, from 1, at which a series alarms. */
function alarms(series: readonly number[], of = bounds): number[] {
  const growth = new Growth(of);
  const found: number[] = [];
  for (const [index, value] of series.entries()) {
    const before = growth.isAlarmed;
    growth.add(value);
    if (growth.isAlarmed && !before) found.push(index + 1);
  }
  return found;
}

test('a series alarms once it has grown in each of three windows, by the threshold', () => {
  expect(alarms([5, 12, 19, 26, 33])).toEqual([4]);
  expect(alarms([5, 11, 17, 23, 24])).toEqual([]);
  expect(alarms([5, 11, 17, 23, 25])).toEqual([5]);
});

test('a rest or a fall begins anew', () => {
  expect(alarms([0, 50, 100, 100, 150, 200])).toEqual([]);
  expect(alarms([0, 50, 100, 90, 150, 200, 250])).toEqual([7]);
});

test('a peak that was reached before is no news', () => {
  expect(alarms([100, 300, 100, 150, 200, 250, 300, 319])).toEqual([]);
  expect(alarms([100, 300, 100, 150, 200, 250, 300, 320])).toEqual([8]);
});

test('an alarm ends when half of what was gained is gone, and not before', () => {
  const growth = new Growth(bounds);
  const states = [100, 110, 120, 130, 140, 125, 121, 120, 119].map((value) => {
    growth.add(value);
    return growth.isAlarmed;
  });
  expect(states).toEqual([false, false, false, true, true, true, true, false, false]);
});

test('each series that grows for ever alarms, whatever its steps', () => {
  assert(
    property(
      integer({ min: 0, max: 1e6 }),
      array(integer({ min: 1, max: 1000 }), { minLength: 24, maxLength: 60 }),
      (first, steps) => {
        let value = first;
        const series = [first, ...steps.map((step) => (value += step))];
        // one a window is the least that counts: twenty windows make the threshold
        expect(alarms(series)).toHaveLength(1);
      },
    ),
    { seed, numRuns: 500 },
  );
});

test('no burst or sawtooth alarms that falls or rests at least once in three windows', () => {
  const rises = array(integer({ min: 0, max: 1e5 }), { minLength: 1, maxLength: 2 });
  assert(
    property(array(rises, { minLength: 1, maxLength: 60 }), integer({ min: 0, max: 1e4 }), (teeth, base) => {
      // each tooth begins at the base: it rises twice at most
      const series = teeth.flatMap((tooth) => [base, ...tooth.map((height) => base + height)]);
      expect(alarms(series)).toEqual([]);
    }),
    { seed, numRuns: 500 },
  );
});

test('no series alarms within a band narrower than the threshold', () => {
  assert(
    property(
      array(integer({ min: 0, max: bounds.threshold - 1 }), { maxLength: 200 }),
      integer({ min: 0, max: 1e6 }),
      (series, base) => {
        expect(alarms(series.map((value) => base + value))).toEqual([]);
      },
    ),
    { seed, numRuns: 500 },
  );
});

test('a bounded series of any shape alarms only as often as the threshold fits into the bound', () => {
  const bound = 100;
  assert(
    property(array(integer({ min: 0, max: bound }), { maxLength: 400 }), (series) => {
      expect(alarms(series).length).toBeLessThanOrEqual(bound / bounds.threshold);
    }),
    { seed, numRuns: 500 },
  );
});
