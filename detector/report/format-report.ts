import type { Finding, Report } from '../finding.ts';
import { causeLines, paint, type Page } from './layout.ts';
import { causesOf } from './same-cause.ts';
import { remarks } from './remarks.ts';
import { Sources } from '../origin/source.ts';

/** How a report is written; all of it may be left out. */
export interface FormatOptions {
  /** Colours of the terminal; default false. {@link wantsColour} says whether a stream is to have them. */
  readonly colour?: boolean;
  /** Characters in a line, from 40 up; default 100. Paths of sources are never broken. */
  readonly width?: number;
  /** Causes shown in full; of the others it says how many there are. Default 20. */
  readonly limit?: number;
}

const narrowest = 40;

/**
 * The report for people: a line that counts, then each cause with its source, what it means, how it is known
 * and what is to be done; the most certain and most frequent first.
 *
 * @returns lines without a final line feed; without colour there is no control character in them
 * @throws TypeError for a width below 40 or a limit below 0
 */
export function formatReport(report: Report, options: FormatOptions = {}): string {
  const { colour = false, width = 100, limit = 20 } = options;
  if (!(width >= narrowest))
    throw new TypeError(`expected \`width\` to be a number from ${narrowest} up, got ${String(width)}`);
  if (!(limit >= 0)) throw new TypeError(`expected \`limit\` to be a number from 0 up, got ${String(limit)}`);
  const { leaks } = report;
  const causes = causesOf(leaks);
  const page: Page = {
    width: Math.floor(width),
    hasColour: colour,
    // of one owner, whoever asked for the check knows the name
    hasOwners: new Set(leaks.map(({ owner }) => owner)).size > 1,
    sources: new Sources(),
  };
  const blocks: string[][] = [[headOf(report, causes.length, page)]];
  blocks.push(...causes.slice(0, limit).map((cause) => causeLines(cause, page)));
  const rest = causes.slice(limit);
  if (rest.length > 0) {
    const total = totalOf(rest.map(({ finding }) => finding));
    blocks.push([
      `and ${rest.length} more ${rest.length === 1 ? 'cause' : 'causes'} of ${total} ${total === 1 ? 'leak' : 'leaks'}`,
    ]);
  }
  blocks.push(...remarks(report, page.width));
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** Whether what is written to a stream is to have colours: a terminal, and the user has not set NO_COLOR. */
export function wantsColour(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '';
}

function headOf({ leaks }: Report, causes: number, page: Page): string {
  if (leaks.length === 0) return paint(page, 'label', 'no leaks');
  const total = totalOf(leaks);
  const from = `${total === 1 ? 'leak' : 'leaks'} from ${causes} ${causes === 1 ? 'line' : 'lines'}`;
  return paint(page, 'label', `${total} ${from}`);
}

function totalOf(findings: readonly Finding[]): number {
  return findings.reduce((sum, { count }) => sum + count, 0);
}
