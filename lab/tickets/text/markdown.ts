import type { Filled, Line } from './template.ts';

/** Divides the text of leaklab from what people add; nothing below it is ever changed. */
export const marker = '<!-- leaklab writes above this line; what you add below it stays -->';

/** Returns a filled template as Markdown in which no value can be more than text. */
export function toMarkdown({ lines }: Filled): string {
  return normal(lines.map(lineOf).join('\n'));
}

/** Returns the whole text of a ticket: that of leaklab, the marker, and the notes of people. */
export function joinText(own: string, notes: string): string {
  return `${own}\n\n${marker}\n${notes === '' ? '' : `${notes}\n`}`;
}

/** Splits the text of a ticket; without a marker, all of it is notes. */
export function splitText(text: string): { readonly own: string; readonly notes: string } {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.trim() === marker);
  if (at < 0) return { own: '', notes: normal(text) };
  return { own: normal(lines.slice(0, at).join('\n')), notes: normal(lines.slice(at + 1).join('\n')) };
}

/** Trackers change line ends and the space around lines. */
function normal(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

function lineOf({ pieces, in: place }: Line): string {
  let before = '';
  for (const { text, isValue, isOwner } of pieces) {
    if (!isValue) before += text;
    else if (isOwner && place === 'text') before += text.split(' ').map(ownerOf).join(' ');
    else if (place === 'code') before += inBlock(text, before);
    else before += isInSpan(before) ? inSpan(text) : inText(text, before);
  }
  return before;
}

/** Leaves users, teams and addresses as they are, so that they are mentioned. */
function ownerOf(word: string): string {
  return /^@?@?[\w.-]+(?:[/@][\w.-]+)*$/.test(word) ? word : inText(word, 'owner');
}

function isInSpan(before: string): boolean {
  return (before.match(/(?<!\\)`/g) ?? []).length % 2 === 1;
}

/** Keeps a line of a block from ending it. */
function inBlock(text: string, before: string): string {
  return before.trim() === '' && /^(?:```|~~~)/.test(text) ? `    ${text}` : text;
}

function inSpan(text: string): string {
  return text.replaceAll('`', 'ʼ');
}

/** Joins a sign to nothing: with it, `@ada` mentions and `#12` refers to nothing. */
const gap = '\u200B';

/** Escapes Markdown and HTML, and takes their meaning from mentions, references and quick actions. */
function inText(text: string, before: string): string {
  const escaped = text
    .replaceAll(/[\\`*_{}[\]()<>|~]/g, String.raw`\$&`)
    .replaceAll(/[@#!&%$](?=[\w"])|\bGH-(?=\d)/g, `$&${gap}`);
  // at the start of a line: headings, lists, rules, and GitLab's `/close`
  return before.trim() === ''
    ? escaped.replace(/^(?:[#+/=>-]|\d+[.)])/, (sign) => escapeSign(sign))
    : escaped;
}

function escapeSign(sign: string): string {
  return `${sign.slice(0, -1)}\\${sign.slice(-1)}`;
}
