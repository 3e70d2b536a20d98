import { expect, onTestFinished, test, vi } from 'vitest';
import { nextTurn, settle } from './settle.ts';

/** Returns a look that is quiet from a given number on, and the count of looks. */
function quietFromLook(quiet: number): { isQuiet: () => boolean; looks: () => number } {
  let looks = 0;
  return {
    isQuiet: () => {
      looks += 1;
      return looks >= quiet;
    },
    looks: () => looks,
  };
}

test('looks once, after five turns of the event loop, when nothing is open', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const look = quietFromLook(1);
  expect(await settle(look.isQuiet, { ms: 1000 })).toBe(true);
  isOver = true;
  expect({ looks: look.looks(), turns }).toEqual({ looks: 1, turns: 5 });
});

test('returns with the look that finds nothing', async () => {
  const look = quietFromLook(4);
  expect(await settle(look.isQuiet, { ms: 1000 })).toBe(true);
  expect(look.looks()).toBe(4);
});

test('looks after pauses of 1, 2, 4 … 100 ms until their sum is the budget', async () => {
  // the first look, then 1 2 4 8 16 32 64 (= 127), then 100 at a time
  for (const [ms, looks] of [
    [0, 1],
    [1, 2],
    [2, 3],
    [7, 4],
    [60, 7],
    [127, 8],
    [128, 9],
    [228, 10],
  ] as const) {
    const look = quietFromLook(Infinity);
    expect(await settle(look.isQuiet, { ms })).toBe(false);
    expect({ ms, looks: look.looks() }).toEqual({ ms, looks });
  }
});

test('takes about as long as the budget', async () => {
  const start = performance.now();
  await settle(() => false, { ms: 100 });
  expect(performance.now() - start).toBeGreaterThanOrEqual(95);
});

test('hands on what a look throws', async () => {
  const failure = new Error('no');
  await expect(
    settle(
      () => {
        throw failure;
      },
      { ms: 10 },
    ),
  ).rejects.toBe(failure);
});

test('goes on while timers are fake', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  await nextTurn();
  expect(await settle(() => false, { ms: 5 })).toBe(false);
});

test('asks between looks for what would spare the other pauses, and looks again', async () => {
  let isDone = false;
  let asked = 0;
  const finish = async (): Promise<void> => {
    await nextTurn();
    isDone = true;
  };
  const meanwhile = (): Promise<void> | undefined => {
    asked += 1;
    return asked === 2 ? finish() : undefined;
  };
  expect(await settle(() => isDone, { ms: 60_000 }, meanwhile)).toBe(true);
  expect(await settle(() => isDone, { ms: 60_000 }, meanwhile)).toBe(true);
  expect(asked).toBe(2);
});
