const day = 86_400_000;
const numbers = new Map<string, number>();
const names = new Map<number, string>();

/** Returns the number of weeks, from Monday to Sunday in UTC, between that of the first of January 1970 and a time. */
export function weekNumberOf(time: string): number {
  const date = time.slice(0, 10);
  let number = numbers.get(date);
  // that day was a Thursday
  if (number === undefined) numbers.set(date, (number = Math.floor((Date.parse(date) / day + 3) / 7)));
  return number;
}

/** Returns the ISO name of a week: `2026-W53` for the one with the first of January 2027. */
export function weekName(number: number): string {
  let name = names.get(number);
  if (name === undefined) names.set(number, (name = nameOf(number)));
  return name;
}

/** Returns the ISO week of a time, in UTC. */
export function isoWeekOf(time: string): string {
  return weekName(weekNumberOf(time));
}

/** Returns the name of a week: the year is that of its Thursday. */
function nameOf(number: number): string {
  const thursday = new Date(number * 7 * day);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day));
  return `${year}-W${String(week).padStart(2, '0')}`;
}
