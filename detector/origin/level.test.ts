import { assert, array, integer, property, record } from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let ms = 0;
vi.mock('../engine/real-clock.ts', () => ({ now: () => ms }));
const { StackAllowance } = await import('./level.ts');

beforeEach(() => {
  ms = 1000;
});
afterEach(() => vi.restoreAllMocks());

/** Asks `count` times, and returns how many stacks were granted. */
function granted(allowance: InstanceType<typeof StackAllowance>, count: number): number {
  let all = 0;
  for (let i = 0; i < count; i += 1) if (allowance.take()) all += 1;
  return all;
}

test('a burst uses up what a scope brings, and time earns more, however often it asks', () => {
  const seed = 20_261_130;
  const pauses = array(record({ wait: integer({ min: 0, max: 50 }), asks: integer({ min: 0, max: 500 }) }));
  assert(
    property(pauses, (bursts) => {
      const allowance = new StackAllowance(100, 0.2);
      ms = 1000;
      allowance.refill(1);
      const start = ms;
      let all = granted(allowance, 1000);
      for (const { wait, asks } of bursts) {
        ms += wait;
        all += granted(allowance, asks);
      }
      // asked to the end, it has granted each stack that time has earned, up to a scope's own number at once
      ms += 500;
      all += granted(allowance, 1000);
      expect(all).toBeLessThanOrEqual(100 + Math.floor((ms - start) * 0.2 + 1e-6));
      expect(all).toBeGreaterThanOrEqual(200);
    }),
    { seed },
  );
});

test('each stack that was earned is granted while the program asks all the time', () => {
  const allowance = new StackAllowance(100, 0.2);
  allowance.refill(1);
  let all = granted(allowance, 1000);
  for (let i = 0; i < 2500; i += 1) {
    ms += 1;
    all += granted(allowance, 64);
  }
  expect(all).toBe(600);
});

test('a resource long after a burst has a stack at its first asking', () => {
  const allowance = new StackAllowance(100, 0.2);
  allowance.refill(1);
  expect(granted(allowance, 3000)).toBe(100);
  ms += 10;
  expect(allowance.take()).toBe(true);
});

test('without a rate, a scope has its own number alone', () => {
  const allowance = new StackAllowance(100);
  allowance.refill(1);
  expect(granted(allowance, 3000)).toBe(100);
  ms += 1e6;
  expect(granted(allowance, 3000)).toBe(0);
});
