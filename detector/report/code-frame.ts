import { stripVTControlCharacters } from 'node:util';
import type { Site } from '../finding.ts';
import { cut } from './wrap.ts';

/** A line of a code frame. */
export interface FrameLine {
  readonly role: 'around' | 'site' | 'caret';
  readonly text: string;
}

const before = 2;
const after = 1;
const tab = '  ';

/**
 * Returns the numbered lines around a site, with a caret below its column; none where the file has no such line.
 *
 * A line that is too long is cut with `…`; the line of the site is cut around its column.
 *
 * @param lines the lines of the file
 * @param width the width of the frame, in characters
 */
export function codeFrame(lines: readonly string[], site: Site, width: number): readonly FrameLine[] {
  if (lines[site.line - 1] === undefined) return [];
  const first = Math.max(1, site.line - before);
  const last = Math.min(lines.length, site.line + after);
  const shown = lines.slice(first - 1, last);
  while (shown.length > site.line - first + 1 && shown.at(-1)?.trim() === '') shown.pop();
  const digits = String(first + shown.length - 1).length;
  const room = Math.max(1, width - digits - 5);
  return shown.flatMap((text, index): FrameLine[] => {
    const number = first + index;
    const gutter = `${number === site.line ? '>' : ' '} ${String(number).padStart(digits)} │ `;
    if (number !== site.line) {
      return [{ role: 'around', text: (gutter + cut(visible(text), room)).trimEnd() }];
    }
    const column = visible(text.slice(0, Math.max(0, site.column - 1))).length;
    const { part, at } = around(visible(text), column, room);
    const caret: FrameLine = {
      role: 'caret',
      text: `${' '.repeat(digits + 2)} │ ${' '.repeat(at)}^`,
    };
    const line: FrameLine = { role: 'site', text: (gutter + part).trimEnd() };
    // a column beyond the end of the line comes from another version of the file
    return column < visible(text).length ? [line, caret] : [line];
  });
}

/** Returns the part of a text that shows a column, and the position of the column in that part. */
function around(text: string, column: number, room: number): { part: string; at: number } {
  if (text.length <= room || column < room - 1) return { part: cut(text, room), at: column };
  const start = Math.min(column - Math.floor(room / 2), text.length - room + 1);
  return { part: cut(`…${text.slice(start)}`, room), at: column - start + 1 };
}

function visible(text: string): string {
  return stripVTControlCharacters(text.replaceAll('\t', tab)).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '·');
}
