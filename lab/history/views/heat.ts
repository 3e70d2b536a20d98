import type { CauseHistory, History } from '../cause-history.ts';
import { weeksOf } from './weeks.ts';

/** The ways to group the causes of a heat map. */
export const groupings = ['package', 'owner', 'kind'] as const;
export type Grouping = (typeof groupings)[number];

/** A row of a heat map. */
interface HeatRow {
  /** The count of each week: for a cause the highest of any run, for a group the sum of its causes. */
  readonly counts: readonly number[];
  /** The sum of the counts before the first week of the map. */
  readonly earlier: number;
  /** The sum of the counts. */
  readonly leaks: number;
}

/** The row of a cause. */
export interface HeatCause extends HeatRow {
  readonly cause: CauseHistory;
}

/** The row of a group, with the rows of its causes. */
export interface HeatGroup extends HeatRow {
  /** The name of the package, owner or kind; absent for causes that have none. */
  readonly name?: string;
  readonly causes: readonly HeatCause[];
}

/** The counts of leaks by cause and week. */
export interface Heat {
  readonly by: Grouping;
  readonly weeks: readonly string[];
  /** Groups, those with the most leaks first; so are the causes of each. */
  readonly groups: readonly HeatGroup[];
}

/** Returns the heat map of a history, of at most that many weeks. */
export function heatOf(history: History, by: Grouping, most: number): Heat {
  const weeks = weeksOf(history, most);
  const at = new Map(weeks.map((week, index) => [week, index]));
  const rows = history.causes.map((cause) => rowOf(cause, at));
  const groups = [...Map.groupBy(rows, ({ cause }) => groupOf(cause, by))].map(
    ([name, causes]): HeatGroup => {
      const counts = weeks.map((_, index) => sum(causes.map((row) => row.counts[index] ?? 0)));
      return {
        ...(name !== undefined && { name }),
        counts,
        earlier: sum(causes.map(({ earlier }) => earlier)),
        leaks: sum(counts),
        causes: causes.toSorted((a, b) => b.leaks - a.leaks || compare(a.cause.cause, b.cause.cause)),
      };
    },
  );
  return {
    by,
    weeks,
    groups: groups.toSorted((a, b) => b.leaks - a.leaks || compare(a.name ?? '', b.name ?? '')),
  };
}

/** Returns the name by which a cause is grouped; undefined if it has no owner or package. */
export function groupOf(cause: CauseHistory, by: Grouping): string | undefined {
  return by === 'package' ? cause.testedPackage : cause[by];
}

/**
 * Returns the highest counts of up to four levels of heat, a constant factor apart; none if nothing leaked.
 *
 * The page holds the text of this function, so it calls no other.
 */
export function levelsOf(rows: Iterable<Iterable<number>>): readonly number[] {
  let least = Infinity;
  let most = 0;
  for (const row of rows) {
    for (const count of row) {
      if (count > 0 && count < least) least = count;
      if (count > most) most = count;
    }
  }
  if (most === 0) return [];
  const factor = (most / least) ** (1 / 4);
  // small counts get a level each
  const limits = [1, 2, 3].map((level) => Math.max(least + level - 1, Math.round(least * factor ** level)));
  return [...new Set([...limits, most].map((limit) => Math.min(limit, most)))];
}

/** Returns the level of a count, from 1 up; 0 for no leak. */
export function levelOf(count: number, levels: readonly number[]): number {
  return count === 0 ? 0 : levels.findIndex((limit) => count <= limit) + 1;
}

function rowOf(cause: CauseHistory, at: ReadonlyMap<string, number>): HeatCause {
  const counts = Array.from<number>({ length: at.size }).fill(0);
  let earlier = 0;
  for (const { week, count } of cause.weeks) {
    const index = at.get(week);
    if (index === undefined) earlier += count;
    else counts[index] = count;
  }
  return { cause, counts, earlier, leaks: sum(counts) };
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
