import type { Finding, Report } from '../finding.ts';
import { causeLines, headline, paint, type Page } from './layout.ts';
import { causesOf, type SameCause } from './same-cause.ts';
import { remarks } from './remarks.ts';
import { Sources } from '../origin/source.ts';
import { plain } from './wrap.ts';

/**
 * The options of {@link formatReport}; each has a default.
 *
 * @example
 * ```ts
 * import { find, formatReport, type FormatOptions } from 'leaklab';
 *
 * const options: FormatOptions = { width: 80, limit: 5 };
 * console.log(formatReport(await find(() => {}), options)); // no leaks
 * ```
 */
export interface FormatOptions {
  /** Adds the colours of a terminal; default false. {@link wantsColour} reports whether a stream takes them. */
  readonly colour?: boolean;
  /** The width of a line in characters, from 40 up; default 100. Paths of sources are never broken. */
  readonly width?: number;
  /** The number of causes shown in full, from 0 up; default 20. The others are only counted. */
  readonly limit?: number;
}

const narrowest = 40;

/**
 * Returns a report as text: the number of leaks, then each cause with its source line, its meaning and its fix.
 *
 * The most certain and most frequent causes come first.
 *
 * @returns lines without a final line feed; without colour, the only control character is the line feed between them
 * @throws TypeError if `width` is below 40 or `limit` below 0
 * @example
 * ```ts
 * import { find, formatReport } from 'leaklab';
 *
 * let timer: NodeJS.Timeout | undefined;
 * const report = await find(() => void (timer = setInterval(() => {}, 1000)), { budget: 10 });
 * clearInterval(timer);
 * console.log(formatReport(report, { width: 80 })); // 1 leak from 1 line, with its source and its fix
 * ```
 */
export function formatReport(report: Report, options: FormatOptions = {}): string {
  return formatRepeated(report, () => undefined, options);
}

/**
 * Formats a report as {@link formatReport} does, and gives one line to each cause that was reported before.
 *
 * @param reportedFor names the test or program for which a cause was reported before; undefined for a new one
 */
export function formatRepeated(
  report: Report,
  reportedFor: (cause: SameCause) => string | undefined,
  options: FormatOptions = {},
): string {
  const { colour = false, width = 100, limit = 20 } = options;
  if (!(width >= narrowest))
    throw new TypeError(`expected \`width\` to be a number from ${narrowest} up, got ${String(width)}`);
  if (!(limit >= 0)) throw new TypeError(`expected \`limit\` to be a number from 0 up, got ${String(limit)}`);
  const { leaks } = report;
  const all = causesOf(leaks);
  const before = new Map(
    all.flatMap((cause) => {
      const by = reportedFor(cause);
      return by === undefined ? [] : [[cause, by] as const];
    }),
  );
  const causes = all.filter((cause) => !before.has(cause));
  const page: Page = {
    width: Math.floor(width),
    hasColour: colour,
    // a single owner is the scope that the caller has named
    hasOwners: new Set(leaks.map(({ owner }) => owner)).size > 1,
    sources: new Sources(),
  };
  const head = headOf(report, all.length, page);
  const again = [...before].map(
    ([{ finding }, by]) => `again: ${headline(finding)}; see the report on ${plain(by)}`,
  );
  if (causes.length === 0 && again.length > 0) {
    const lines = cutOff(again, limit);
    return again.length === 1 ? [head, ...lines].join('; ') : [head, ...lines].join('\n');
  }
  const rest = causes.slice(limit);
  const total = totalOf(rest.map(({ finding }) => finding));
  const blocks: string[][] = [
    [head],
    ...causes.slice(0, limit).map((cause) => causeLines(cause, page)),
    rest.length > 0 ? [`${moreOf(rest.length)} (${total} ${total === 1 ? 'leak' : 'leaks'})`] : [],
    cutOff(again, limit),
    ...remarks(report, page.width),
  ];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function cutOff(lines: readonly string[], limit: number): string[] {
  const rest = lines.length - limit;
  return rest > 0 ? [...lines.slice(0, limit), moreOf(rest)] : [...lines];
}

function moreOf(causes: number): string {
  return `and ${causes} more ${causes === 1 ? 'cause' : 'causes'}`;
}

/**
 * Reports whether a stream takes colours: it is a terminal, and the environment variable NO_COLOR is unset or empty.
 *
 * @example
 * ```ts
 * import { find, formatReport, wantsColour } from 'leaklab';
 *
 * const report = await find(() => {});
 * console.log(formatReport(report, { colour: wantsColour(process.stdout) })); // no leaks
 * ```
 */
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
