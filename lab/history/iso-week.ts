const day = 86_400_000;
const known = new Map<string, string>();

/** Returns the ISO week of a time, in UTC: `2026-W53` for the first of January 2027. */
export function isoWeekOf(time: string): string {
  const date = time.slice(0, 10);
  let week = known.get(date);
  if (week === undefined) known.set(date, (week = weekOf(Date.parse(date))));
  return week;
}

/** Returns the week that has the Thursday next to this day: it decides the year. */
function weekOf(time: number): string {
  const weekday = (new Date(time).getUTCDay() + 6) % 7;
  const thursday = new Date(time + (3 - weekday) * day);
  const year = thursday.getUTCFullYear();
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * day));
  return `${year}-W${String(week).padStart(2, '0')}`;
}
