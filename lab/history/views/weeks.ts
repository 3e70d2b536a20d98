import type { History } from '../cause-history.ts';
import { isoWeekOf } from '../iso-week.ts';

const day = 86_400_000;

/** First moments by week: a history asks for few of them, and often. */
const starts = new Map<string, number>();

/** Returns the ISO week of a time in ms, such as `2026-W48`. */
export function weekAt(time: number): string {
  return isoWeekOf(new Date(time).toISOString());
}

/** Returns the first moment of an ISO week, in ms. */
export function startOf(week: string): number {
  const start = starts.get(week) ?? mondayOf(week);
  starts.set(week, start);
  return start;
}

/** Returns the first moment after an ISO week, in ms. */
export function endOf(week: string): number {
  return startOf(week) + 7 * day;
}

/**
 * Returns the weeks of a history in order, those without a run included.
 *
 * @param most the number of weeks from which the oldest are left out
 */
export function weeksOf({ runs, causes }: History, most: number): readonly string[] {
  let first: string | undefined;
  let last: string | undefined;
  const note = (week: string): void => {
    if (first === undefined || week < first) first = week;
    if (last === undefined || week > last) last = week;
  };
  for (const { time } of runs) note(isoWeekOf(time));
  for (const { weeks, first: sighting, fixed } of causes) {
    note(isoWeekOf(sighting.time));
    for (const { week } of [weeks.at(0), weeks.at(-1)].filter((each) => each !== undefined)) note(week);
    if (fixed) note(isoWeekOf(fixed.time));
  }
  if (first === undefined || last === undefined) return [];
  const oldest = startOf(first);
  const shown: string[] = [];
  for (let at = startOf(last); at >= oldest && shown.length < most; at -= 7 * day) shown.push(weekAt(at));
  return shown.toReversed();
}

function mondayOf(week: string): number {
  const [year = 0, number = 1] = week.split('-W').map(Number);
  // 4 January is in the first week of its year
  const fourth = Date.UTC(year, 0, 4);
  return fourth + (1 - weekday(fourth) + 7 * (number - 1)) * day;
}

/** Returns the day of the week, from 1 for Monday to 7. */
function weekday(time: number): number {
  return new Date(time).getUTCDay() || 7;
}
