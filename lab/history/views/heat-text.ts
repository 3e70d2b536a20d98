import { paint } from '../../../detector/internal.ts';
import { causeName } from './described.ts';
import { levelOf, levelsOf, type Heat, type HeatGroup } from './heat.ts';
import { fitted, grouped, heading, joined, plural, remark, type Sheet } from './sheet.ts';

/** Signs of the levels, from no leak up. */
const signs = ['·', '░', '▒', '▓', '█'];
const styles = ['quiet', 'place', 'proof', 'proof', 'title'] as const;
const leaksWidth = 9;
/** The weeks between two labels. */
const labelled = 5;

/** Returns a heat map for a terminal: each group, and below it those of its causes that leak most. */
export function heatText({ by, weeks, groups }: Heat, sheet: Sheet, top: number): string {
  const all = groups.flatMap(({ causes }) => causes);
  if (all.length === 0) return 'no leak in the history\n';
  const nameWidth = Math.min(44, Math.max(26, sheet.width - leaksWidth - weeks.length - 2));
  const shown = weeks.slice(-Math.max(1, sheet.width - leaksWidth - nameWidth - 2));
  const skipped = weeks.length - shown.length;
  const ofGroups = levelsOf(groups.map(({ counts }) => counts));
  const ofCauses = levelsOf(all.map(({ counts }) => counts));
  const kept = new Set(all.toSorted((a, b) => b.leaks - a.leaks).slice(0, top));
  const row = (name: string, counts: readonly number[], levels: readonly number[], leaks: number): string => {
    const cells = counts.slice(skipped).map((count) => {
      const level = levelOf(count, levels);
      // the highest level is always the darkest
      const sign = level === 0 ? 0 : level + signs.length - 1 - levels.length;
      return paint(sheet, styles[sign] ?? 'title', signs[sign] ?? '');
    });
    return `${name} ${cells.join('')} ${grouped(leaks).padStart(leaksWidth)}`;
  };
  const rows = (group: HeatGroup): string[] => {
    const causes = group.causes.filter((each) => kept.has(each));
    const name = fitted(`${nameOf(group, by)} (${group.causes.length})`, nameWidth);
    return [
      row(paint(sheet, 'label', name), group.counts, ofGroups, group.leaks),
      ...causes.map(({ cause, counts, leaks }) => {
        const label = `${cause.fixed ? '✓' : ' '} ${causeName(cause, nameWidth - 2)}`;
        return row(label, counts, ofCauses, leaks);
      }),
    ];
  };
  // a group is shown if it is among the first, or has a cause that is shown
  const shownGroups = groups.filter((group, at) => at < top || group.causes.some((each) => kept.has(each)));
  const hidden = groups.length - shownGroups.length;
  const earlier = groups.reduce((sum, group) => sum + group.earlier, 0);
  return joined([
    heading(
      `${plural(all.length, 'cause')} of leaks by ${by} and week, ${weeks[0]} to ${weeks.at(-1)}`,
      sheet,
    ),
    [
      ...remark(`causes: ${legend(ofCauses)}`, sheet),
      ...remark(`${by}s: ${legend(ofGroups)}`, sheet),
      ...remark(
        'A cell is the highest count of any run in the week; for a group, the sum of its causes. ✓ is fixed.',
        sheet,
      ),
    ],
    [
      `${' '.repeat(nameWidth + 1)}${axis(shown)} ${'leaks'.padStart(leaksWidth)}`,
      ...shownGroups.flatMap(rows),
    ],
    [
      ...remark(
        [
          all.length > kept.size ? `${plural(all.length - kept.size, 'further cause')} not shown.` : '',
          hidden > 0 ? `${plural(hidden, `further ${by}`)} not shown.` : '',
          skipped > 0
            ? `Cells show the last ${shown.length} of ${weeks.length} weeks, "leaks" counts all.`
            : '',
          earlier > 0 ? `${plural(earlier, 'leak')} of earlier weeks left out.` : '',
        ].join(' '),
        sheet,
      ).filter((line) => line !== ''),
      ...remark(
        'next: leaklab history priorities ranks them; leaklab history page --output leaks.html shows all',
        sheet,
      ),
    ],
  ]);
}

/** Returns the name of a group for people. */
export function nameOf({ name }: Pick<HeatGroup, 'name'>, by: Heat['by']): string {
  return name ?? `no ${by}`;
}

/** Returns the ranges of the levels, such as `░ 1  ▒ 2–5  █ 6–9`. */
function legend(levels: readonly number[]): string {
  const ranges = levels.map((limit, index) => {
    const from = (levels[index - 1] ?? 0) + 1;
    const sign = signs[index + signs.length - levels.length] ?? '';
    return `${sign} ${from === limit ? grouped(limit) : `${grouped(from)}–${grouped(limit)}`}`;
  });
  return [`${signs[0]} none`, ...ranges].join('  ');
}

/** Returns week numbers above their columns. */
function axis(weeks: readonly string[]): string {
  let line = '';
  for (const [index, week] of weeks.entries()) {
    const label = week.slice(-3);
    if (index % labelled === 0 && index + label.length <= weeks.length) line = line.padEnd(index) + label;
  }
  return line.padEnd(weeks.length);
}
