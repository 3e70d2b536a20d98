import { expect, test } from 'vitest';
import type { Channel, Family, Role, Stage } from '../../contract.ts';
import type { Outcome } from './judge-answer.ts';
import { breakdownOf, median, metricsOf, stabilityOf, type Scored } from './metrics.ts';
import { rateOf } from './rate.ts';

function scored(
  id: string,
  role: Role,
  outcome: Outcome,
  { kind = false, stage, channel }: { kind?: boolean; stage?: Stage; channel?: Channel } = {},
): Scored {
  const family = id.split('/')[0] as Family;
  const path = `${role}/${id}`;
  return {
    subject: { id, path, role, family, ...(stage && { stage }), ...(channel && { channel }) },
    judged: { outcome, isKindRight: kind },
  };
}

const some: readonly Scored[] = [
  scored('timer/clock', 'pattern', 'exact', { kind: true, stage: 'unit', channel: 'loop handle' }),
  scored('timer/clock', 'fix', 'silent', { stage: 'unit', channel: 'loop handle' }),
  scored('timer/clock', 'wrong-fix', 'missed', { stage: 'unit', channel: 'loop handle' }),
  // caught, but its fix raises a false alarm: no pair
  scored('timer/bell', 'pattern', 'near', { stage: 'unit', channel: 'unref handle' }),
  scored('timer/bell', 'fix', 'false alarm', { stage: 'unit', channel: 'unref handle' }),
  scored('timer/quiet', 'decoy', 'silent'),
  scored('timer/loud', 'decoy', 'false alarm'),
  scored('stream/body', 'pattern', 'missed', { stage: 'integration', channel: 'promise' }),
  scored('stream/body', 'fix', 'silent', { stage: 'integration', channel: 'promise' }),
  scored('stream/half', 'pattern', 'caught', { kind: true, stage: 'integration', channel: 'promise' }),
  // no answer is no silence
  scored('stream/half', 'fix', 'no answer', { stage: 'integration', channel: 'promise' }),
  scored('stream/half', 'wrong-fix', 'caught', { stage: 'integration', channel: 'promise' }),
];

test('everything is counted by its role', () => {
  expect(metricsOf(some)).toEqual({
    pairRate: rateOf(1, 4),
    recall: rateOf(3, 4),
    kindRight: rateOf(2, 4),
    exactLine: rateOf(1, 4),
    nearLine: rateOf(2, 4),
    falseAlarmsOnFixes: rateOf(1, 4),
    falseAlarmsOnDecoys: rateOf(1, 2),
    wrongFixesCaught: rateOf(1, 2),
    noAnswer: rateOf(1, 12),
    // 3 of 4 caught, 2 of 6 false alarms on clean programs
    youdensJ: 0.4167,
  });
});

test('families, stages and channels apart; the macro-average is the mean of the families', () => {
  const { byFamily, byStage, byChannel, macroJ } = breakdownOf(some);
  expect(Object.keys(byFamily)).toEqual(['timer', 'stream']);
  // timer: 2 of 2 caught, 2 of 4 false alarms; stream: 1 of 2, 0 of 2
  expect([byFamily.timer?.youdensJ, byFamily.stream?.youdensJ, macroJ]).toEqual([0.5, 0.5, 0.5]);
  expect(byStage.unit?.recall).toEqual(rateOf(2, 2));
  expect(byStage.integration?.recall).toEqual(rateOf(1, 2));
  // a decoy with its own name belongs to no stage
  expect(byStage.unit?.falseAlarmsOnDecoys).toEqual(rateOf(0, 0));
  expect(
    Object.entries(byChannel).map(([channel, { pairRate }]) => [channel, pairRate.k, pairRate.n]),
  ).toEqual([
    ['loop handle', 1, 1],
    ['unref handle', 0, 1],
    ['promise', 0, 2],
  ]);
});

test('a detector that always or never reports wins no pair, and is no better than guessing', () => {
  const leak = (outcome: Outcome): Scored => scored('timer/clock', 'pattern', outcome);
  const fix = (outcome: Outcome): Scored => scored('timer/clock', 'fix', outcome);
  const always = metricsOf([leak('caught'), fix('false alarm')]);
  const never = metricsOf([leak('missed'), fix('silent')]);
  expect([always.pairRate.k, always.youdensJ]).toEqual([0, 0]);
  expect([never.pairRate.k, never.youdensJ]).toEqual([0, 0]);
});

test('of nothing there is no J', () => {
  expect(metricsOf([]).youdensJ).toBeNull();
  expect(breakdownOf([scored('timer/clock', 'pattern', 'exact')]).macroJ).toBeNull();
});

test('stable programs came out the same each time, of those that ran more than once', () => {
  const repeats = new Map([
    ['a', ['x', 'x', 'x']],
    ['b', ['x', '-', 'x']],
    ['c', ['.']],
  ]);
  expect(stabilityOf(repeats)).toEqual(rateOf(1, 2));
});

test('the middle value', () => {
  expect([median([]), median([3]), median([4, 1, 3]), median([4, 1, 3, 2])]).toEqual([null, 3, 3, 2.5]);
});
