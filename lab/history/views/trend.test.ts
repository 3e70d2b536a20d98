import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { makeHistory } from './fixtures/make-history.ts';
import { spellsOf } from './spells.ts';
import { quantile, trendOf } from './trend.ts';
import { trendText } from './trend-text.ts';

const [some] = makeHistory({ causes: 1, weeks: 1 }).causes;
if (!some) throw new Error('the generator made no cause');

test('each week has the causes of the week before, plus new and reopened, minus fixed', () => {
  assert(
    property(
      integer({ min: 0, max: 40 }),
      integer({ min: 1, max: 60 }),
      integer(),
      integer({ min: 1, max: 70 }),
      (causes, weeks, seed, most) => {
        const history = makeHistory({ causes, weeks, seed });
        const trend = trendOf(history, most);
        let open = trend.before;
        for (const week of trend.weeks) {
          open += week.new + week.reopened - week.fixed;
          expect(week.open).toBe(open);
          expect(week.age === undefined).toBe(open === 0);
        }
        expect(open).toBe(history.causes.filter(({ fixed }) => !fixed).length);
        if (most < weeks) return;
        const sum = (key: 'new' | 'fixed' | 'reopened'): number =>
          trend.weeks.reduce((total, week) => total + week[key], 0);
        expect(trend.before).toBe(0);
        expect(sum('new')).toBe(causes);
        expect(sum('reopened')).toBe(history.causes.reduce((total, { reopened }) => total + reopened, 0));
        expect(sum('fixed')).toBe(sum('new') + sum('reopened') - open);
      },
    ),
    { numRuns: 60 },
  );
});

test('an earlier fix is dated by the longest time without a sighting', () => {
  const weeks = ['2026-W01', '2026-W03', '2026-W04', '2026-W09'].map((week) => ({ week, count: 1, runs: 1 }));
  const first = { time: '2026-01-01T10:00:00.000Z' };
  const { fixed: _, ...open } = some;
  expect(spellsOf({ ...open, weeks, first, reopened: 1 })).toEqual([
    { from: '2026-W01', fixed: '2026-W05' },
    { from: '2026-W09' },
  ]);
  const fixed = { time: '2026-03-04T10:00:00.000Z' };
  expect(spellsOf({ ...open, weeks, first, fixed, reopened: 2 })).toEqual([
    { from: '2026-W01', fixed: '2026-W02' },
    { from: '2026-W03', fixed: '2026-W05' },
    { from: '2026-W09', fixed: '2026-W10' },
  ]);
});

test('a cause that came back within one week is fixed and reopened in it', () => {
  const weeks = [{ week: '2026-W01', count: 1, runs: 2 }];
  const { fixed: _, ...open } = some;
  const spells = spellsOf({ ...open, weeks, first: { time: '2026-01-01T10:00:00.000Z' }, reopened: 1 });
  expect(spells).toEqual([{ from: '2026-W01', fixed: '2026-W01' }, { from: '2026-W01' }]);
});

test('the time to fix is from the first sighting to the fix that held', () => {
  const fixedAfter = (days: number, id: string) => ({
    ...some,
    cause: id.repeat(32),
    first: { time: '2026-01-01T00:00:00.000Z' },
    fixed: { time: new Date(Date.UTC(2026, 0, 1 + days)).toISOString() },
    weeks: [{ week: '2026-W01', count: 1, runs: 1 }],
    reopened: 0,
  });
  const causes = Array.from('0123456789', (id, index) => fixedAfter(index + 1, id));
  const trend = trendOf({ runs: [], causes }, 52);
  expect(trend.timeToFix).toEqual({ causes: 10, median: 5, p90: 9 });
  expect(trendText(trend, { width: 80, hasColour: false })).toContain(
    '10 causes fixed: half within 5 days of the first sighting, nine of ten within 9\ndays.',
  );
});

test('a quantile is one of the values', () => {
  expect([0.5, 0.9, 1].map((share) => quantile([1, 2, 3, 4], share))).toEqual([2, 4, 4]);
});

test('no line of a terminal is wider than 80 columns', () => {
  const lines = trendText(trendOf(makeHistory({ causes: 2000, weeks: 30 }), 52), {
    width: 80,
    hasColour: false,
  }).split('\n');
  expect(lines.filter((line) => /^\d{4}-W\d\d /.test(line))).toHaveLength(30);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
