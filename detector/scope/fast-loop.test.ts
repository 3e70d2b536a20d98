/** Loops that make so much that no stack is left for what is open when a check looks. */
import { expect, test } from 'vitest';
import { find } from '../index.ts';

/** Sets an immediate again and again, and uses up stacks with others that it clears. */
function startLoop(wasted: number): () => void {
  let isStopped = false;
  const turn = (): void => {
    if (!isStopped) setImmediate(turn);
    for (let i = 0; i < wasted; i += 1) clearImmediate(setImmediate(turn));
  };
  turn();
  return () => {
    isStopped = true;
  };
}

test.each([0, 100, 1500])('is reported, however many stacks it has used: %i a turn', async (wasted) => {
  const stops: (() => void)[] = [];
  const { leaks, notJudged } = await find(() => void stops.push(startLoop(wasted)), { budget: 200 });
  for (const stop of stops) stop();
  expect(leaks.map(({ type, site }) => [type, site?.function])).toEqual([['Immediate', 'turn']]);
  expect(notJudged).toEqual([]);
});

test('is clean if it ends within the budget', async () => {
  const { leaks, notJudged } = await find(() => void setTimeout(startLoop(100), 150));
  expect([leaks, notJudged]).toEqual([[], []]);
});
