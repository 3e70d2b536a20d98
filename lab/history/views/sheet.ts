/** The layout of the views in a terminal. */
import { paint, plain, wrap } from '../../../detector/internal.ts';

/** The width and the colours of a terminal or a file. */
export interface Sheet {
  /** Characters in a line, from 60 up. */
  readonly width: number;
  readonly hasColour: boolean;
}

/** Returns a number and its noun, such as `1 cause` or `12 causes`. */
export function plural(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Returns a number as people write it, such as `12,345`. */
export function grouped(value: number): string {
  return value.toLocaleString('en');
}

/** Returns a text of exactly so many characters; one that is too long loses its start. */
export function fitted(text: string, width: number): string {
  const line = plain(text);
  return line.length <= width ? line.padEnd(width) : `…${line.slice(line.length - width + 1)}`;
}

/** Returns a heading as lines. */
export function heading(text: string, { width, ...sheet }: Sheet): string[] {
  return wrap(text, width).map((line) => paint(sheet, 'label', line));
}

/** Returns a remark as lines. */
export function remark(text: string, { width, ...sheet }: Sheet): string[] {
  return wrap(text, width).map((line) => paint(sheet, 'quiet', line));
}

/** Joins blocks of lines by empty lines. */
export function joined(blocks: readonly (readonly string[])[]): string {
  const shown = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}
