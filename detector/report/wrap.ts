import { stripVTControlCharacters } from 'node:util';

/** Returns untrusted text on one line, without control characters. */
export function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
}

/** Returns a text cut to `width` characters, the last of them `…`. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, wholeUntil(text, width - 1))}…`;
}

/** Returns where to cut a text, so that no surrogate pair is split. */
function wholeUntil(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd8_00 && code <= 0xdb_ff ? end - 1 : end;
}

/** Returns lines of at most `width` characters; a word that is longer than a line is broken. */
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
