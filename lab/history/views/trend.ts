import type { History } from '../cause-history.ts';
import { isoWeekOf } from '../iso-week.ts';
import { spellsOf, type Spell } from './spells.ts';
import { endOf, weeksOf } from './weeks.ts';

/** The causes of a week: `open` is that of the week before, plus `new` and `reopened`, minus `fixed`. */
export interface TrendWeek {
  readonly week: string;
  /** The causes that leak at the end of the week. */
  readonly open: number;
  readonly new: number;
  readonly fixed: number;
  readonly reopened: number;
  /** The sum of the counts of all causes. */
  readonly leaks: number;
  readonly runs: number;
  /** The median age of the open causes at the end of the week, in days since their first sighting; absent if none. */
  readonly age?: number;
}

/** The days from the first sighting of causes to the fix that held. */
export interface TimeToFix {
  /** The fixed causes. */
  readonly causes: number;
  /** The days within which half of them were fixed. */
  readonly median: number;
  /** The days within which nine of ten were fixed. */
  readonly p90: number;
}

/** The causes of a history over its weeks. */
export interface Trend {
  /** The causes that leaked before the first week. */
  readonly before: number;
  readonly weeks: readonly TrendWeek[];
  /** Absent while nothing was fixed. */
  readonly timeToFix?: TimeToFix;
}

/** The time of the first sighting of a cause, and its spells. */
interface Life {
  readonly first: number;
  readonly spells: readonly Spell[];
}

const day = 86_400_000;

/** Returns the trend of a history, of at most that many weeks. */
export function trendOf(history: History, most: number): Trend {
  const weeks = weeksOf(history, most);
  const [start = ''] = weeks;
  const added = new Map<string, number>();
  const reopened = new Map<string, number>();
  const fixed = new Map<string, number>();
  const leaks = new Map<string, number>();
  const runs = new Map<string, number>();
  const count = (map: Map<string, number>, week: string, by = 1): void => {
    map.set(week, (map.get(week) ?? 0) + by);
  };
  const lives: Life[] = [];
  let before = 0;
  for (const cause of history.causes) {
    const spells = spellsOf(cause);
    for (const [index, spell] of spells.entries()) {
      count(index === 0 ? added : reopened, spell.from);
      if (spell.from < start) before += 1;
      if (spell.fixed === undefined) continue;
      count(fixed, spell.fixed);
      if (spell.fixed < start) before -= 1;
    }
    for (const each of cause.weeks) count(leaks, each.week, each.count);
    lives.push({ first: Date.parse(cause.first.time), spells });
  }
  for (const { time } of history.runs) count(runs, isoWeekOf(time));
  // the youngest first, so that the ages of any week rise
  lives.sort((a, b) => b.first - a.first);
  const now = Date.parse(history.runs.at(-1)?.time ?? '');
  let open = before;
  const timeToFix = timeToFixOf(history);
  return {
    before,
    weeks: weeks.map((week): TrendWeek => {
      const change = {
        new: added.get(week) ?? 0,
        fixed: fixed.get(week) ?? 0,
        reopened: reopened.get(week) ?? 0,
      };
      open += change.new + change.reopened - change.fixed;
      const end = Number.isNaN(now)
        ? endOf(week)
        : Math.min(endOf(week), Math.max(now, endOf(week) - 7 * day));
      const ages = lives
        .filter(({ spells }) =>
          spells.some(({ from, fixed: end }) => from <= week && (end === undefined || end > week)),
        )
        .map(({ first }) => Math.max(0, end - first) / day);
      return {
        week,
        open,
        ...change,
        leaks: leaks.get(week) ?? 0,
        runs: runs.get(week) ?? 0,
        ...(ages.length > 0 && { age: rounded(quantile(ages, 0.5)) }),
      };
    }),
    ...(timeToFix && { timeToFix }),
  };
}

function timeToFixOf({ causes }: History): TimeToFix | undefined {
  const days = causes
    .flatMap(({ first, fixed }) => (fixed ? [(Date.parse(fixed.time) - Date.parse(first.time)) / day] : []))
    .toSorted((a, b) => a - b);
  if (days.length === 0) return undefined;
  return { causes: days.length, median: rounded(quantile(days, 0.5)), p90: rounded(quantile(days, 0.9)) };
}

/** Returns the least of some rising values that is not below a share of them. */
export function quantile(rising: readonly number[], share: number): number {
  return rising[Math.max(0, Math.ceil(share * rising.length) - 1)] ?? NaN;
}

function rounded(days: number): number {
  return Math.round(days * 10) / 10;
}
