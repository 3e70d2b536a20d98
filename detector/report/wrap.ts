import { stripVTControlCharacters } from 'node:util';

/** Text of strangers on one line, without anything that a terminal would obey. */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}

/** Cut to so many characters, the last of them `…`. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, wholeUntil(text, width - 1))}…`;
}

/** Never between the two halves of a character. */
function wholeUntil(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd8_00 && code <= 0xdb_ff ? end - 1 : end;
}

/** Lines of at most `width` characters; a word that is longer than a line is broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plain(text).trim().split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    let rest = line === '' ? word : `${line} ${word}`;
    while (rest.length > width) {
      const end = wholeUntil(rest, width);
      lines.push(rest.slice(0, end));
      rest = rest.slice(end);
    }
    line = rest;
  }
  return [...lines, line];
}
