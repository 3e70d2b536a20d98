import { expect, test } from 'vitest';
import { leakOf, runOn } from '../fixtures/blocks.ts';
import type { Block } from '../records.ts';
import { Ratchet, type Outcome, type Weights } from './ratchet.ts';

function outcomeOf(blocks: readonly Block[], target?: string, weights?: Weights, wanted?: string): Outcome {
  const ratchet = new Ratchet(target, wanted);
  for (const block of blocks) ratchet.add(block);
  const outcome = ratchet.outcome(weights);
  if (!outcome) throw new Error('no run');
  return outcome;
}

const causesOf = ({ risen }: Outcome): unknown[] => risen.map(({ leak, before }) => [leak.function, before]);

test('the first run holds, whatever it leaks', () => {
  const outcome = outcomeOf([runOn(2, [leakOf('poll')])], 'main');
  expect(outcome).toMatchObject({ holds: true, now: { causes: 1, sum: 1 } });
  expect(outcome).not.toHaveProperty('before');
});

test('a new cause fails', () => {
  const outcome = outcomeOf(
    [runOn(2, [leakOf('poll')]), runOn(3, [leakOf('poll'), leakOf('retry')])],
    'main',
  );
  expect(outcome).toMatchObject({ holds: false, now: { causes: 2, sum: 2 }, before: { causes: 1, sum: 1 } });
  expect(causesOf(outcome)).toEqual([['retry', 0]]);
});

test('a cause that leaks more fails; the same does not', () => {
  const before = runOn(2, [leakOf('poll', { count: 2 })]);
  const more = outcomeOf([before, runOn(3, [leakOf('poll', { count: 3 })])]);
  expect([more.holds, causesOf(more)]).toEqual([false, [['poll', 2]]]);
  const same = outcomeOf([before, runOn(3, [leakOf('poll', { count: 2 })])]);
  expect([same.holds, causesOf(same)]).toEqual([true, []]);
});

test('the mark falls with the debt: what was fixed fails when it is back', () => {
  const [much, less] = [runOn(2, [leakOf('poll'), leakOf('retry')]), runOn(3, [leakOf('poll')])];
  const fell = outcomeOf([much, less]);
  expect([fell.holds, fell.gone.map((leak) => leak.function)]).toEqual([true, ['retry']]);
  const back = outcomeOf([much, less, runOn(4, [leakOf('poll'), leakOf('retry')])]);
  expect([back.holds, causesOf(back)]).toEqual([false, [['retry', 0]]]);
});

test('a server may weigh more than four timers', () => {
  const timers = runOn(2, [leakOf('poll', { count: 4 })]);
  const server = runOn(3, [leakOf('serve', { kind: 'server' })]);
  expect(outcomeOf([timers, server]).holds).toBe(true);
  const weighed = outcomeOf([timers, server], undefined, { server: 5 });
  expect(weighed).toMatchObject({ holds: false, now: { causes: 1, sum: 5 }, before: { causes: 1, sum: 4 } });
});

test('runs of other branches are no mark', () => {
  const blocks = [
    runOn(2, [leakOf('poll')]),
    runOn(3, [leakOf('poll'), leakOf('retry')], { branch: 'retry' }),
    runOn(4, [leakOf('poll'), leakOf('retry')], { branch: 'other' }),
  ];
  const outcome = outcomeOf(blocks, 'main');
  expect(outcome.mark?.run).toBe('run-02');
  expect(outcome.holds).toBe(false);
  expect(outcomeOf(blocks).holds).toBe(true);
});

test('a run that watched a part of the tests is compared by that part', () => {
  const whole = runOn(2, [leakOf('poll'), leakOf('mail', { files: ['test/mail.test.js'] })], {
    watched: ['test/mail.test.js', 'test/poll.test.js'],
  });
  const part = runOn(3, [leakOf('poll')]);
  const outcome = outcomeOf([whole, part]);
  expect(outcome).toMatchObject({ holds: true, now: { causes: 2 }, unwatched: 1, gone: [] });
  const again = outcomeOf([whole, part, runOn(4, whole.leaks, { watched: whole.run.watched })]);
  expect([again.holds, causesOf(again)]).toEqual([true, []]);
});

test('the wanted run is compared with those before it', () => {
  const blocks = [runOn(2, [leakOf('poll')]), runOn(3, [leakOf('retry'), leakOf('poll')]), runOn(4, [])];
  expect(outcomeOf(blocks, 'main', {}, 'run-03')).toMatchObject({ holds: false, run: { run: 'run-03' } });
  const ratchet = new Ratchet('main', 'run-99');
  for (const block of blocks) ratchet.add(block);
  expect(ratchet.isFound).toBe(false);
});
