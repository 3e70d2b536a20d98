import { paint } from '../../../detector/internal.ts';
import { causeName } from './described.ts';
import type { Impact } from './impact.ts';
import { movedPoints, watchedRanks, type Priorities } from './priorities.ts';
import type { Term } from './scores.ts';
import { grouped, heading, joined, plural, remark, type Sheet } from './sheet.ts';

/** The terms in the order of the article. */
export const termNames: readonly Term[] = ['frequency', 'blocking', 'complexity'];

/** The meaning of each term. */
export const termMeanings: Readonly<Record<Term, string>> = {
  frequency: 'runs that saw the cause, of those that watched its tests since it was new',
  blocking: 'time that test files waited for it in a run, relative to the longest',
  complexity:
    'tests that leak it + suites of these tests + levels of the deepest title, relative to the largest sum',
};

/** The limits of the matrix, in plain words. */
export const matrixNotes =
  "Test complexity is no measure of impact: it counts tests and titles, not harm. The weights are the article's; it gives no numbers and no way to compute the terms, so these are leaklab's own.";

/** The meaning of the order by impact. */
export const impactNotes =
  'The order, without weights: causes in the package come before those only in a test; then a cause stands as high as the better of its two places, by growth and by what it holds. held: resources that were open at once in a run of its last week.';

const pointsWidth = 12;

/** Returns the matrix for a terminal: the first causes, each with the points of its terms. */
export function prioritiesText(priorities: Priorities, sheet: Sheet, top: number): string {
  const { weights, causes } = priorities;
  if (causes.length === 0) return 'no open cause in the history\n';
  const shown = causes.slice(0, top);
  const used = 5 + 7 + pointsWidth * termNames.length + 2;
  const head = `${' '.repeat(5)}${'score'.padStart(7)}${termNames.map((term) => term.padStart(pointsWidth)).join('')}  cause`;
  const under = `${' '.repeat(5)}${'of 100'.padStart(7)}${termNames.map((term) => `of ${number(weights[term])}`.padStart(pointsWidth)).join('')}`;
  return joined([
    heading(`What to fix first: ${shown.length} of ${plural(causes.length, 'open cause')}`, sheet),
    [
      paint(sheet, 'label', head),
      paint(sheet, 'quiet', under),
      ...shown.map(({ rank, cause, score, points }) => {
        const terms = termNames.map((term) => points[term].toFixed(1).padStart(pointsWidth)).join('');
        const name = causeName(cause, sheet.width - used).trimEnd();
        return `${`${rank}.`.padStart(5)}${paint(sheet, 'title', score.toFixed(1).padStart(7))}${terms}  ${name}`;
      }),
    ],
    termNames.flatMap((term) => remark(`${term}: ${termMeanings[term]}`, sheet)),
    stabilityLines(priorities, sheet),
    [
      ...remark(matrixNotes, sheet),
      ...remark('next: leaklab history priorities --rank impact orders by what was measured', sheet),
    ],
  ]);
}

/** Returns how many of the first ten stay when a weight moves. */
function stabilityLines({ moves, causes }: Priorities, sheet: Sheet): string[] {
  const first = Math.min(watchedRanks, causes.length);
  return [
    ...heading(`How many of the first ${first} stay when a weight moves by ${movedPoints} points:`, sheet),
    ...termNames.map((term) => {
      const cells = moves
        .filter((move) => move.term === term)
        .map(({ points, stay }) => `${signed(points).padStart(7)}: ${`${stay} of ${first}`.padEnd(9)}`);
      return `  ${term.padEnd(11)}${cells.join('')}`.trimEnd();
    }),
  ];
}

/** Returns the causes by impact for a terminal. */
export function impactText(impacts: readonly Impact[], sheet: Sheet, top: number): string {
  if (impacts.length === 0) return 'no open cause in the history\n';
  const shown = impacts.slice(0, top);
  const used = 5 + 9 + 15 + 7 + 2;
  return joined([
    heading(`What harms most: ${shown.length} of ${plural(impacts.length, 'open cause')}`, sheet),
    [
      paint(
        sheet,
        'label',
        `${' '.repeat(5)}${'  where'.padEnd(9)}${'bytes a run'.padStart(15)}${'held'.padStart(7)}  cause`,
      ),
      ...shown.map(({ rank, cause, isInPackage, bytesPerRun, held }) => {
        const where = (isInPackage ? '  package' : '  test').padEnd(9);
        const grows = bytesPerRun === undefined ? '' : grouped(bytesPerRun);
        const name = causeName(cause, sheet.width - used).trimEnd();
        return `${`${rank}.`.padStart(5)}${where}${grows.padStart(15)}${(held > 0 ? grouped(held) : '').padStart(7)}  ${name}`;
      }),
    ],
    remark(impactNotes, sheet),
    remark('next: leaklab history page --output leaks.html shows the report of each', sheet),
  ]);
}

/** Returns a number with one digit after the point, where it has any. */
export function number(value: number): string {
  return (Math.round(value * 10) / 10).toString();
}

function signed(points: number): string {
  const value = number(Math.abs(points));
  return points < 0 ? `−${value}` : `+${value}`;
}
