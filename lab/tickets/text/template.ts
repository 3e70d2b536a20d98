import { cut, nearest } from '../../../detector/internal.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { fieldNames, isField, type FieldName, type Values } from './fields.ts';

/** A part of a line: written in the template, or the value of a placeholder. */
export interface Piece {
  readonly text: string;
  readonly isValue: boolean;
  /** True for owners, whom a tracker may mention. */
  readonly isOwner?: true;
}

export interface Line {
  readonly pieces: readonly Piece[];
  /** The place of the line: in text, in a block of code, or around one. */
  readonly in: 'text' | 'code' | 'fence';
}

/** A template with the values of a cause, before a tracker gives it its own form. */
export interface Filled {
  /** The title: one line, at most 250 characters. */
  readonly title: string;
  readonly lines: readonly Line[];
}

interface TemplateLine {
  readonly parts: readonly (string | { readonly field: FieldName })[];
  readonly in: Line['in'];
}

/** A title and lines, in which placeholders stand for values. */
export interface Template {
  readonly title: TemplateLine;
  readonly lines: readonly TemplateLine[];
}

/** Titles are cut here; GitHub takes 256 characters, Jira 255. */
const longestTitle = 250;

/**
 * Parses a template: Markdown whose first line is a heading, which becomes the title.
 *
 * @param file names it in errors
 * @throws UsageError for a template without a title, or an unknown placeholder
 */
export function parseTemplate(text: string, file: string): Template {
  const all = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const at = all.findIndex((line) => line.trim() !== '');
  const heading = all[at] ?? '';
  if (!/^# \S/.test(heading)) {
    throw new UsageError(
      `${file}: expected a title as \`# …\` in the first line, got ${JSON.stringify(heading)}`,
      '# Leak: {{title}}',
    );
  }
  let isInCode = false;
  const lines = all.slice(at + 1).map((line, index): TemplateLine => {
    const isFence = /^\s*(?:```|~~~)/.test(line);
    if (isFence) isInCode = !isInCode;
    const place = isInCode ? 'code' : 'text';
    return { parts: partsOf(line, `${file}:${at + index + 2}`), in: isFence ? 'fence' : place };
  });
  const title = { parts: partsOf(heading.slice(2).trim(), `${file}:${at + 1}`), in: 'text' } as const;
  return { title, lines };
}

function partsOf(line: string, where: string): TemplateLine['parts'] {
  return line.split(/(\{\{[^{}]*\}\})/).map((part) => {
    if (!/^\{\{[^{}]*\}\}$/.test(part)) return part;
    const field = part.slice(2, -2).trim();
    if (isField(field)) return { field };
    throw new UsageError(
      `${where}: no placeholder {{${field}}}; ${nearest(field, fieldNames)}`,
      'leaklab tickets --help lists the placeholders',
    );
  });
}

/**
 * Fills a template. A line whose placeholders are all empty is left out, and a line with `{{test}}` is repeated for
 * each test.
 */
export function fill({ title, lines }: Template, values: Values): Filled {
  const words = fillLine(title, values)
    .map(({ text }) => text)
    .join('')
    .trim();
  const filled = lines.flatMap((line): Line[] =>
    testsFor(line, values)
      .map((each) => ({
        pieces: fillLine(line, each),
        in: line.in,
        hadFields: line.parts.some(isPlaceholder),
      }))
      .filter(({ pieces, hadFields }) => !hadFields || pieces.some(({ isValue }) => isValue))
      .map(({ pieces, in: place }) => ({ pieces, in: place })),
  );
  return { title: cut(words, longestTitle), lines: withoutEmptyBlocks(filled) };
}

function testsFor({ parts }: TemplateLine, values: Values): readonly Values[] {
  if (!parts.some((part) => isPlaceholder(part) && part.field === 'test')) return [values];
  return values.test.map((title) => ({ ...values, test: [title] }));
}

function isPlaceholder(part: TemplateLine['parts'][number]): part is { readonly field: FieldName } {
  return typeof part !== 'string';
}

function fillLine({ parts }: TemplateLine, values: Values): Piece[] {
  return parts
    .map((part): Piece => {
      if (!isPlaceholder(part)) return { text: part, isValue: false };
      const value = values[part.field];
      const text = typeof value === 'string' ? value : value.join(', ');
      return { text, isValue: true, ...(part.field === 'owner' && { isOwner: true }) };
    })
    .filter(({ text }) => text !== '');
}

/** Drops a block of code that lost all of its lines, and blank lines in a row. */
function withoutEmptyBlocks(lines: readonly Line[]): Line[] {
  const kept: Line[] = [];
  const isBlank = (line: Line | undefined): boolean => line?.in === 'text' && line.pieces.length === 0;
  let isOpen = false;
  for (const line of lines) {
    const before = kept.at(-1);
    if (line.in === 'fence') {
      isOpen = !isOpen;
      if (!isOpen && before?.in === 'fence') {
        kept.pop();
        continue;
      }
    }
    if (isBlank(line) && (kept.length === 0 || isBlank(before))) continue;
    kept.push(line);
  }
  while (isBlank(kept.at(-1))) kept.pop();
  return kept;
}
