import type { FormatOptions } from '../../../detector/index.ts';
import {
  causeLines,
  factLine,
  paint,
  plain,
  remarks,
  Sources,
  wrap,
  type Page,
} from '../../../detector/internal.ts';
import type { Cause, Results } from './results.ts';
import { failureLine, fixedLine, nameOf, plural, summaryLine, testLines } from './tell.ts';

/** Formats text for people: each leak as the detector shows it, its tests, and its last author. */
export function toText(results: Results, options: FormatOptions = {}): string {
  const { colour = false, width = 100, limit = 20 } = options;
  const page: Page = { width, hasColour: colour, hasOwners: false, sources: new Sources() };
  const shown = results.causes.slice(0, limit);
  const rest = results.causes.length - shown.length;
  const blocks = [
    [paint(page, 'label', summaryLine(results))],
    ...shown.map((cause) => leakLines(cause, results, page)),
    rest > 0 ? [`and ${rest} more ${plural(rest, 'line')}`] : [],
    results.problems.map(({ message }) => plain(message)),
    results.fixed.map((leak) => fixedLine(leak)),
    ...remarks(results.remarks, width),
    wrap(failureLine(results) ?? '', width).filter((line) => line !== ''),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function leakLines(cause: Cause, results: Results, page: Page): string[] {
  const { finding, seen, author } = cause;
  const known = factLine(finding);
  const details = known === undefined ? [] : [known];
  const [first, ...others] = testLines(seen, results);
  const label = (name: string): string => `  ${paint(page, 'label', name)}${' '.repeat(7 - name.length)}`;
  return [
    ...causeLines({ finding, owners: [], details }, page),
    ...(first === undefined ? [] : [`${label('test')}${first}`]),
    ...others.flatMap((test) => wrap(test, page.width - 9).map((line) => `${' '.repeat(9)}${line}`)),
    ...(author ? [`${label('author')}${nameOf(author)}`] : []),
  ];
}
