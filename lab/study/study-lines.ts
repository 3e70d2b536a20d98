import { styleText } from 'node:util';
import type { StudyPage } from './study-page.ts';

/** The layout of lines for a terminal or a pipe. */
export interface Layout {
  /** Characters in a line, from 40 up. */
  readonly width: number;
  readonly hasColour: boolean;
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow';

export function painted(style: Style, text: string, { hasColour }: Layout): string {
  return hasColour ? styleText(style, text, { validateStream: false }) : text;
}

/** Returns the title of a pair, its story in a sentence, and its program with pointers to the marked lines. */
export function headLines({ id, title, story, path, program }: StudyPage, layout: Layout): string[] {
  const gutter = String(program.at(-1)?.line ?? 0).length;
  return [
    painted('bold', title, layout),
    painted('dim', id, layout),
    '',
    ...folded(story, layout.width),
    '',
    painted('dim', path, layout),
    ...program.flatMap(({ line, text, marker }) => {
      const sign = marker === undefined ? ' ' : '>';
      const start = `${sign} ${String(line).padStart(gutter)} │ `;
      const more = `  ${' '.repeat(gutter)} │     `;
      const lines = foldedCode(text, layout.width - start.length);
      const shown = lines.map((each, index) => `${index === 0 ? start : more}${each}`.trimEnd());
      return marker === undefined ? shown : shown.map((each) => painted('red', each, layout));
    }),
  ];
}

/** Returns the fix as a diff, and the real bugs that the pair comes from. */
export function tailLines({ advice, diff, seenIn }: StudyPage, layout: Layout): string[] {
  return [
    heading('The fix', layout),
    ...folded(advice, layout.width),
    '',
    ...diff.flatMap((line) => {
      const style = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
      const shown = foldedCode(line, layout.width - 2).map(
        (each, index) => `  ${index === 0 ? '' : '     '}${each}`,
      );
      return style ? shown.map((each) => painted(style, each, layout)) : shown;
    }),
    '',
    heading('Seen in', layout),
    ...seenIn.flatMap(({ ref, title, url }) => [...folded(`${ref}: ${title}`, layout.width), `  ${url}`]),
  ];
}

export function heading(text: string, layout: Layout): string {
  return painted('bold', text, layout);
}

/** Folds prose at blanks. */
export function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Folds long lines of code, at a blank if possible; later lines leave room for an indent of 4. */
export function foldedCode(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  let room = width;
  while (rest.length > room) {
    const blank = rest.lastIndexOf(' ', room);
    const isIndent = rest.slice(0, blank).trim() === '';
    const at = blank <= 0 || isIndent ? room : blank;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
    room = width - 5;
  }
  return [...lines, rest];
}
