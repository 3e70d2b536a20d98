import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Average } from './average.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

test('a count of 4 for one second and of 0 for three is 1', () => {
  const average = new Average();
  for (let times = 0; times < 4; times += 1) average.add(1);
  vi.advanceTimersByTime(1000);
  for (let times = 0; times < 4; times += 1) average.add(-1);
  vi.advanceTimersByTime(3000);
  expect(average.take()).toBeCloseTo(1);
});

test('an average begins anew when it is taken, and keeps the count', () => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 500 })));
  fc.assert(
    fc.property(steps, (all) => {
      const average = new Average();
      for (const [arrivals, ms] of all) {
        for (let times = 0; times < arrivals; times += 1) average.add(1);
        vi.advanceTimersByTime(ms);
      }
      const count = all.reduce((sum, [arrivals]) => sum + arrivals, 0);
      average.take();
      expect(average.take()).toBe(count);
      vi.advanceTimersByTime(100);
      expect(average.take()).toBeCloseTo(count);
    }),
  );
});
