import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { rateOf } from './rate.ts';

const seed = Number(process.env['LEAKLAB_SEED'] ?? 20_261_125);

// by hand: p = k/n, z = 1.96; (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)
test.each([
  [5, 10, { k: 5, n: 10, rate: 0.5, low: 0.2366, high: 0.7634 }],
  [0, 10, { k: 0, n: 10, rate: 0, low: 0, high: 0.2775 }],
  [10, 10, { k: 10, n: 10, rate: 1, low: 0.7225, high: 1 }],
  [81, 263, { k: 81, n: 263, rate: 0.308, low: 0.2553, high: 0.3662 }],
  [0, 0, { k: 0, n: 0, rate: null, low: null, high: null }],
])('%d of %d', (k, n, rate) => {
  expect(rateOf(k, n)).toEqual(rate);
});

test(`an interval holds its share, stays between 0 and 1, and is narrower the more there are (seed ${seed})`, () => {
  assert(
    property(integer({ min: 1, max: 400 }), integer({ min: 0, max: 400 }), (n, some) => {
      const k = Math.min(n, some);
      const { rate, low, high } = rateOf(k, n);
      const more = rateOf(k * 4, n * 4);
      if (rate === null || low === null || high === null || more.low === null || more.high === null)
        throw new Error('no rate');
      expect(low).toBeGreaterThanOrEqual(0);
      expect(high).toBeLessThanOrEqual(1);
      expect(low).toBeLessThanOrEqual(rate);
      expect(high).toBeGreaterThanOrEqual(rate);
      expect(more.high - more.low).toBeLessThan(high - low);
      // the mirror image: misses instead of hits
      const mirror = rateOf(n - k, n);
      expect(mirror.low).toBeCloseTo(1 - high, 3);
    }),
    { seed },
  );
});
