import { isRecord } from '../../shared/record.ts';
import type { Filled, Line, Piece } from './template.ts';

/** A node of the Atlassian Document Format, in which Jira keeps descriptions. */
export interface AdfNode {
  readonly type: string;
  readonly text?: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly marks?: readonly { readonly type: string }[];
  readonly content?: readonly AdfNode[];
}

/** The paragraph that divides the text of leaklab from what people add. */
const markerText = 'leaklab writes above this line; what you add below it stays';
const marker: AdfNode = {
  type: 'paragraph',
  content: [{ type: 'text', text: markerText, marks: [{ type: 'em' }] }],
};

/** Returns a filled template as nodes: paragraphs, lists, headings and blocks of code. */
export function toAdf({ lines }: Filled): AdfNode[] {
  const nodes: AdfNode[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const rest = lines.slice(at);
    const [line] = rest;
    if (!line) break;
    const length = lengthOf(rest, line);
    const block = blockOf(rest.slice(0, length), line);
    if (block) nodes.push(block);
    at += length - 1;
  }
  return nodes;
}

/** Returns how many lines a block takes that begins with `line`. */
function lengthOf(rest: readonly Line[], line: Line): number {
  const until = (ends: (each: Line, index: number) => boolean): number => {
    const end = rest.findIndex((each, index) => index > 0 && ends(each, index));
    return end < 0 ? rest.length : end;
  };
  if (line.in === 'fence') {
    const end = until((each) => each.in === 'fence');
    return Math.min(end + 1, rest.length);
  }
  const kind = kindOf(line);
  if (kind === 'blank' || kind === 'heading') return 1;
  return until((each) => each.in !== 'text' || kindOf(each) !== kind);
}

type LineKind = 'blank' | 'heading' | 'item' | 'words';

function kindOf(line: Line): LineKind {
  const [first] = line.pieces;
  // what a value begins with is text
  const start = first && !first.isValue ? first.text : 'x';
  if (line.pieces.length === 0) return 'blank';
  if (/^#{1,6} /.test(start)) return 'heading';
  return /^\s*[-*] /.test(start) ? 'item' : 'words';
}

function blockOf(lines: readonly Line[], first: Line): AdfNode | undefined {
  if (first.in === 'fence') {
    const code = lines.filter((line) => line.in === 'code').map((line) => wordsOf(line.pieces));
    const text = code.join('\n');
    return { type: 'codeBlock', ...(text !== '' && { content: [{ type: 'text', text }] }) };
  }
  const kind = kindOf(first);
  if (kind === 'blank') return undefined;
  if (kind === 'heading') {
    const level = /^#+/.exec(wordsOf(first.pieces))?.[0].length ?? 1;
    return { type: 'heading', attrs: { level }, content: inlines(withoutSign(first.pieces)) };
  }
  if (kind === 'item') {
    const items = lines.map((line): AdfNode => ({
      type: 'listItem',
      content: [{ type: 'paragraph', content: inlines(withoutSign(line.pieces)) }],
    }));
    return { type: 'bulletList', content: items };
  }
  const words = lines.flatMap((line, index): AdfNode[] => [
    ...(index > 0 ? [{ type: 'hardBreak' }] : []),
    ...inlines(line.pieces),
  ]);
  return { type: 'paragraph', content: words };
}

function withoutSign([first, ...rest]: readonly Piece[]): Piece[] {
  return first ? [{ ...first, text: first.text.replace(/^\s*(?:#+|[-*]) +/, '') }, ...rest] : [];
}

function wordsOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join('');
}

/** Returns text nodes; backticks of the template begin and end code. */
function inlines(pieces: readonly Piece[]): AdfNode[] {
  let isCode = false;
  const nodes: AdfNode[] = [];
  const add = (text: string): void => {
    if (text !== '') nodes.push({ type: 'text', text, ...(isCode && { marks: [{ type: 'code' }] }) });
  };
  for (const { text, isValue } of pieces) {
    if (isValue) {
      add(text);
      continue;
    }
    for (const [index, part] of text.split('`').entries()) {
      if (index > 0) isCode = !isCode;
      add(part);
    }
  }
  return nodes;
}

/** Returns the description of a ticket: the nodes of leaklab, the marker, and the notes of people. */
export function joinNodes(own: readonly AdfNode[], notes: readonly AdfNode[]): AdfNode & { version: 1 } {
  return { type: 'doc', version: 1, content: [...own, { type: 'rule' }, marker, ...notes] };
}

/** Splits a description; without the marker, all of it is notes. */
export function splitNodes(description: unknown): { readonly own: string; readonly notes: AdfNode[] } {
  const nodes = isNode(description) ? (description.content ?? []) : [];
  const at = nodes.findIndex((node) => node.type === 'paragraph' && wordsIn([node]) === markerText);
  if (at < 0) return { own: '', notes: [...nodes] };
  return { own: wordsIn(nodes.slice(0, at)), notes: nodes.slice(at + 1) };
}

/** Returns the words of nodes: Jira adds attributes to nodes, so these alone can be compared. */
export function wordsIn(nodes: readonly AdfNode[]): string {
  const words = (node: AdfNode): string => {
    if (node.type === 'hardBreak') return '\n';
    return node.text ?? (node.content ?? []).map(words).join(node.type === 'doc' ? '\n' : '');
  };
  return nodes.map(words).join('\n').replaceAll(/\s+/g, ' ').trim();
}

function isNode(value: unknown): value is AdfNode {
  return isRecord(value) && typeof value['type'] === 'string';
}
