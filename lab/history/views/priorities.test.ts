import { assert, integer, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import type { CauseHistory, History } from '../cause-history.ts';
import { makeHistory } from './fixtures/make-history.ts';
import { impactOf } from './impact.ts';
import { articleWeights, breadthOf, prioritiesOf } from './priorities.ts';
import { impactText, prioritiesText } from './priorities-text.ts';
import { highest, movedBy, ofHundred, scoresOf } from './scores.ts';
import { weightsOf } from './view-options.ts';

const sheet = { width: 80, hasColour: false };
const [some] = makeHistory({ causes: 1, weeks: 1 }).causes;
if (!some) throw new Error('the generator made no cause');

function open(id: string, more: Partial<CauseHistory>): CauseHistory {
  const { fixed: _, facts: __, ...rest } = { ...some, ...more, cause: id.repeat(32) } as CauseHistory;
  return { ...rest, ...(more.facts && { facts: more.facts }), ...(more.fixed && { fixed: more.fixed }) };
}

const ofThree: History = {
  runs: [],
  causes: [
    open('a', { runs: 10, watched: 10, waited: 0, tests: ['a.test.ts > x'] }),
    open('b', {
      runs: 5,
      watched: 10,
      waited: 200,
      tests: ['a.test.ts > p > x', 'a.test.ts > p > y', 'b.test.ts > z'],
    }),
    open('c', { runs: 1, watched: 10, waited: 100, tests: ['a.test.ts > x'] }),
    open('d', { fixed: { time: '2026-01-20T00:00:00.000Z' } }),
  ],
};

test('a score is the sum of the weighted terms of an open cause', () => {
  const { causes, weights } = prioritiesOf(ofThree, articleWeights);
  expect(weights).toEqual({ frequency: 30, blocking: 40, complexity: 30 });
  // b: 3 tests, 2 suites, 2 levels = 7; a and c: 1 test, 1 suite, 1 level = 3 of 7
  expect(causes.map(({ cause, terms }) => [cause.cause[0], terms])).toEqual([
    ['b', { frequency: 0.5, blocking: 1, complexity: 1 }],
    ['a', { frequency: 1, blocking: 0, complexity: 0.4286 }],
    ['c', { frequency: 0.1, blocking: 0.5, complexity: 0.4286 }],
  ]);
  expect(causes.map(({ score }) => Math.round(score * 10) / 10)).toEqual([85, 42.9, 35.9]);
  for (const { score, points } of causes)
    expect(points.frequency + points.blocking + points.complexity).toBeCloseTo(score, 9);
});

test('one weight alone orders by its term', () => {
  const { causes } = prioritiesOf(ofThree, { frequency: 1, blocking: 0, complexity: 0 });
  expect(causes.map(({ cause, score }) => `${cause.cause[0]} ${score}`)).toEqual(['a 100', 'b 50', 'c 10']);
});

test('breadth counts tests, the blocks around them and the deepest title', () => {
  expect(
    breadthOf({ ...some, tests: ['a.test.ts > p > x', 'a.test.ts > p > y', 'b.test.ts > z', 'lone'] }),
  ).toEqual({
    tests: 4,
    suites: 3,
    levels: 2,
  });
});

test('a moved weight is exactly its points away, and the sum stays 100', () => {
  const weight = integer({ min: 0, max: 100 });
  assert(
    property(
      record({ frequency: weight, blocking: weight, complexity: weight }),
      integer({ min: -10, max: 10 }),
      (weights, points) => {
        if (weights.frequency + weights.blocking + weights.complexity === 0) return;
        for (const term of ['frequency', 'blocking', 'complexity'] as const) {
          const moved = movedBy(weights, term, points);
          expect(moved.frequency + moved.blocking + moved.complexity).toBeCloseTo(100, 6);
          expect(moved[term]).toBeCloseTo(Math.min(100, Math.max(0, ofHundred(weights)[term] + points)), 6);
          expect(Math.min(moved.frequency, moved.blocking, moved.complexity)).toBeGreaterThanOrEqual(0);
        }
      },
    ),
  );
});

test('the moves say how many of the first ten stay, counted here by hand', () => {
  const history = makeHistory({ causes: 200, weeks: 20, seed: 5 });
  const { causes, moves } = prioritiesOf(history, articleWeights);
  const first = causes.slice(0, 10).map(({ cause }) => cause.cause);
  expect(moves.map(({ term, points }) => `${term} ${Math.round(points)}`)).toEqual([
    'frequency -10',
    'frequency 10',
    'blocking -10',
    'blocking 10',
    'complexity -10',
    'complexity 10',
  ]);
  expect(moves.some(({ stay }) => stay < 10)).toBe(true);
  for (const { weights, stay } of moves) {
    const then = prioritiesOf(history, weights)
      .causes.slice(0, 10)
      .map(({ cause }) => cause.cause);
    expect(stay).toBe(then.filter((cause) => first.includes(cause)).length);
  }
});

test('equal scores stand in the order of their causes, in whatever order the history has them', () => {
  const alike = ['c', 'a', 'b'].map((id) => open(id, { runs: 1, watched: 1 }));
  const names = (history: History): string[] =>
    prioritiesOf(history, articleWeights).causes.map(({ cause }) => cause.cause.slice(0, 1));
  expect(names({ runs: [], causes: alike })).toEqual(['a', 'b', 'c']);
  expect(
    highest(
      scoresOf({ frequency: [0, 1, 1], blocking: [0, 0, 0], complexity: [0, 0, 0] }, articleWeights),
      2,
    ),
  ).toEqual([1, 2]);
});

test('a terminal shows each score with its terms, and that complexity is no measure of impact', () => {
  const text = prioritiesText(prioritiesOf(ofThree, articleWeights), sheet, 2);
  expect(text).toContain('What to fix first: 2 of 3 open causes');
  expect(text).toMatch(/^ {3}1\. {3}85\.0 {8}15\.0 {8}40\.0 {8}30\.0 /m);
  expect(text).toMatch(/^ {2}blocking +−10: 3 of 3 +\+10: 3 of 3$/m);
  expect(text).toContain('Test complexity is no measure of impact');
  expect(text).toContain('it gives no numbers');
});

test('impact puts the package before tests, then the better place by growth or by what is held', () => {
  const week = (count: number): CauseHistory['weeks'] => [{ week: '2026-W01', count, runs: 1 }];
  const causes = [
    open('a', { isInTest: true, kind: 'memory', type: 'Map', facts: { bytesPerRun: 1e9 }, weeks: week(1) }),
    open('b', { isInTest: false, kind: 'timer', weeks: week(9) }),
    open('c', {
      isInTest: false,
      kind: 'memory',
      type: 'Map',
      facts: { bytesPerRun: 500 },
      weeks: week(700),
    }),
    open('d', { isInTest: false, kind: 'socket', weeks: week(2) }),
  ];
  const impacts = impactOf({ runs: [], causes });
  expect(
    impacts.map(({ cause, isInPackage, bytesPerRun, held }) => [
      cause.cause[0],
      isInPackage,
      bytesPerRun,
      held,
    ]),
  ).toEqual([
    ['b', true, undefined, 9],
    ['c', true, 500, 0],
    ['d', true, undefined, 2],
    ['a', false, 1e9, 0],
  ]);
  expect(impactText(impacts, sheet, 1)).toMatch(/^ {3}1\. {2}package +9 {2}timer /m);
});

test('weights are read by name; what is not named keeps the weight of the article', () => {
  expect(weightsOf({ weight: 'blocking=60, complexity=0' })).toEqual({
    frequency: 30,
    blocking: 60,
    complexity: 0,
  });
  expect(weightsOf({})).toEqual(articleWeights);
  expect(() => weightsOf({ weight: 'frequncy=1' })).toThrow('--weight: no term "frequncy"');
  expect(() => weightsOf({ weight: 'blocking=-1' })).toThrow('"blocking=-1" has no number from 0 up');
  expect(() => weightsOf({ weight: 'frequency=0,blocking=0,complexity=0' })).toThrow('every weight is 0');
});
