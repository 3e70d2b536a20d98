import { paint } from '../../../detector/internal.ts';
import { grouped, heading, joined, plural, remark, type Sheet } from './sheet.ts';
import type { Trend } from './trend.ts';

const heads = ['open', 'new', 'fixed', 'reopened', 'leaks', 'runs', 'age'];
const widths = [7, 6, 6, 9, 9, 6, 8];
const weekWidth = 'YYYY-W00'.length;

/** Returns a trend for a terminal: a line for each week, the last one last. */
export function trendText({ before, weeks, timeToFix }: Trend, sheet: Sheet): string {
  const last = weeks.at(-1);
  if (!last) return 'no run in the history\n';
  const used = weekWidth + widths.reduce((sum, width) => sum + width, 0);
  const room = Math.max(0, sheet.width - used - 2);
  let most = 1;
  for (const { open } of weeks) most = Math.max(most, open);
  const rows = weeks.map((each) => {
    const { week, open, leaks, runs, age } = each;
    const cells = [open, each.new, each.fixed, each.reopened, leaks, runs].map(grouped);
    const bar = '█'.repeat(Math.round((open / most) * room));
    const line = [...cells, age === undefined ? '' : `${Math.round(age)} d`]
      .map((cell, at) => cell.padStart(widths[at] ?? 0))
      .join('');
    return `${week}${line}  ${paint(sheet, 'title', bar)}`.trimEnd();
  });
  const head = heads.map((name, at) => name.padStart(widths[at] ?? 0)).join('');
  const age =
    last.age === undefined ? '' : `, half of them for ${plural(Math.round(last.age), 'day')} or less`;
  return joined([
    heading(`${plural(last.open, 'open cause')} of leaks at the end of ${last.week}${age}`, sheet),
    remark(fixWords(timeToFix), sheet),
    [paint(sheet, 'label', `${'week'.padEnd(weekWidth)}${head}`), ...rows],
    remark(`${before > 0 ? `${plural(before, 'cause')} were open before. ` : ''}${trendNotes}`, sheet),
    remark('next: leaklab history priorities says what to fix first', sheet),
  ]);
}

/** The meaning of the columns. */
export const trendNotes =
  'open: causes that leak at the end of the week: those of the week before, plus new and reopened, minus fixed. age: half of the open causes are younger. The history dates only the last fix of a cause; an earlier one is put after its last sighting.';

/** Returns how long fixes took. */
export function fixWords(timeToFix: Trend['timeToFix']): string {
  if (!timeToFix) return 'No cause is fixed yet.';
  const { causes, median, p90 } = timeToFix;
  return `${plural(causes, 'cause')} fixed: half within ${plural(median, 'day')} of the first sighting, nine of ten within ${plural(p90, 'day')}.`;
}
