import type { History } from '../cause-history.ts';

const day = 86_400_000;

/** Weeks by day and first moments by week: a history asks for few of them, and often. */
const known = new Map<string, string>();
const starts = new Map<string, number>();

/** Returns the ISO week of a time in ISO 8601 and UTC, such as `2026-W48`. */
export function weekOf(time: string): string {
  const date = time.slice(0, 'YYYY-MM-DD'.length);
  const week = known.get(date) ?? weekAt(Date.parse(date));
  known.set(date, week);
  return week;
}

/** Returns the ISO week of a time in ms. */
export function weekAt(time: number): string {
  const date = new Date(time);
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  // an ISO week belongs to the year of its Thursday
  const thursday = midnight + (4 - weekday(midnight)) * day;
  const year = new Date(thursday).getUTCFullYear();
  const week = 1 + Math.floor((thursday - Date.UTC(year, 0, 1)) / (7 * day));
  return `${year}-W${String(week).padStart(2, '0')}`;
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
  for (const { time } of runs) note(weekOf(time));
  for (const { weeks, first: sighting, fixed } of causes) {
    note(weekOf(sighting.time));
    for (const { week } of [weeks.at(0), weeks.at(-1)].filter((each) => each !== undefined)) note(week);
    if (fixed) note(weekOf(fixed.time));
  }
  if (first === undefined || last === undefined) return [];
  const oldest = startOf(first);
  const shown: string[] = [];
  for (let at = startOf(last); at >= oldest && shown.length < most; at -= 7 * day) shown.push(weekAt(at));
  return shown.reverse();
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
