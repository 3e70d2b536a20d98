import { assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import type { CauseHistory } from '../cause-history.ts';
import { makeHistory } from './fixtures/make-history.ts';
import { groupings, heatOf, levelOf, levelsOf } from './heat.ts';
import { heatText } from './heat-text.ts';

const sheet = { width: 80, hasColour: false };

function cause(id: string, more: Partial<CauseHistory>): CauseHistory {
  return {
    cause: id.repeat(32),
    kind: 'timer',
    type: 'Timeout',
    evidence: 'alive',
    place: { path: `src/${id}.ts`, line: 3, column: 1 },
    isInTest: false,
    tests: [],
    nodes: [],
    weeks: [],
    first: { time: '2026-01-01T00:00:00.000Z' },
    last: { time: '2026-01-12T00:00:00.000Z' },
    runs: 1,
    watched: 1,
    cleanRuns: 0,
    waited: 0,
    reopened: 0,
    ...more,
  };
}

test('the cells and what is earlier add up to the counts of the history', () => {
  const sizes = [integer({ min: 0, max: 30 }), integer({ min: 1, max: 70 }), integer()] as const;
  assert(
    property(
      ...sizes,
      integer({ min: 1, max: 80 }),
      constantFrom(...groupings),
      (causes, weeks, seed, most, by) => {
        const history = makeHistory({ causes, weeks, seed });
        const { groups, weeks: shown } = heatOf(history, by, most);
        const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
        expect(shown.length).toBe(Math.min(weeks, most));
        const total = sum(history.causes.flatMap((each) => each.weeks.map(({ count }) => count)));
        expect(sum(groups.flatMap(({ counts }) => counts)) + sum(groups.map(({ earlier }) => earlier))).toBe(
          total,
        );
        const rows = groups.flatMap((group) => group.causes);
        expect(rows.map((row) => row.cause.cause).toSorted()).toEqual(
          history.causes.map((each) => each.cause).toSorted(),
        );
        for (const row of rows)
          expect(sum(row.counts) + row.earlier).toBe(sum(row.cause.weeks.map(({ count }) => count)));
      },
    ),
    { numRuns: 60 },
  );
});

test('a week without a run has a column, and causes without an owner a group', () => {
  const weeks = [
    { week: '2026-W01', count: 2, runs: 1 },
    { week: '2026-W03', count: 5, runs: 2 },
  ];
  const history = {
    runs: [],
    causes: [cause('a', { weeks, owner: '@team' }), cause('b', { weeks: weeks.slice(0, 1) })],
  };
  const heat = heatOf(history, 'owner', 52);
  expect(heat.weeks).toEqual(['2026-W01', '2026-W02', '2026-W03']);
  expect(heat.groups.map(({ name, counts }) => ({ name, counts }))).toEqual([
    { name: '@team', counts: [2, 0, 5] },
    { name: undefined, counts: [2, 0, 0] },
  ]);
  expect(heatText(heat, sheet, 20)).toContain('no owner (1)');
});

test('groups by package take the package of the tests, not the dependency that made the resource', () => {
  const history = { runs: [], causes: [cause('a', { testedPackage: '@shop/mail', package: 'pg' })] };
  expect(heatOf(history, 'package', 52).groups.map(({ name }) => name)).toEqual(['@shop/mail']);
});

test('a terminal shows the cells by level, the sums and what is left out', () => {
  const at = (counts: readonly number[]): CauseHistory['weeks'] =>
    counts.flatMap((count, index) => (count === 0 ? [] : [{ week: `2026-W0${index + 1}`, count, runs: 1 }]));
  const history = {
    runs: [],
    causes: [
      cause('a', { weeks: at([1, 0, 16, 256]), testedPackage: 'mail' }),
      cause('b', {
        weeks: at([4, 1, 0, 0]),
        testedPackage: 'mail',
        fixed: { time: '2026-01-20T00:00:00.000Z' },
      }),
      cause('c', { weeks: at([1, 0, 0, 0]), testedPackage: 'cart' }),
    ],
  };
  const lines = heatText(heatOf(history, 'package', 52), sheet, 2).split('\n');
  expect(lines[0]).toBe('3 causes of leaks by package and week, 2026-W01 to 2026-W04');
  expect(lines[2]).toBe('causes: · none ░ 1–4 ▒ 5–16 ▓ 17–64 █ 65–256');
  expect(
    lines.filter((line) => /^(?:mail|cart|[ ✓] timer)/.test(line)).map((line) => line.replaceAll(/ +/g, ' ')),
  ).toEqual([
    'mail (2) ▒░▒█ 278',
    ' timer src/a.ts:3 ░·▒█ 273',
    '✓ timer src/b.ts:3 ░░·· 5',
    'cart (1) ░··· 1',
  ]);
  expect(lines).toContain('1 further cause not shown.');
});

test('no line of a terminal is wider than 80 columns, whatever the names are', () => {
  const history = makeHistory({ causes: 300, weeks: 60, seed: 3 });
  for (const by of groupings) {
    const lines = heatText(heatOf(history, by, 60), sheet, 40).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  }
});

test('small counts have a level each, large ones levels a constant factor apart', () => {
  expect(levelsOf([[0, 0]])).toEqual([]);
  expect(
    levelsOf([
      [1, 0],
      [2, 3],
    ]),
  ).toEqual([1, 2, 3]);
  expect(levelsOf([[1], [10_000]])).toEqual([10, 100, 1000, 10_000]);
  expect([0, 1, 10, 11, 10_000].map((count) => levelOf(count, [10, 100, 1000, 10_000]))).toEqual([
    0, 1, 1, 2, 4,
  ]);
});
