import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Source } from '../catalogue/sources.ts';
import type { Pair } from '../catalogue/pairs.ts';
import { changesBetween, programText } from '../docs/pages/program-text.ts';

/** The parts of a pair that are printed without measuring. */
export interface StudyPage {
  readonly id: string;
  readonly title: string;
  readonly story: string;
  /** The path of the pattern, relative to the project. */
  readonly path: string;
  readonly program: readonly { readonly line: number; readonly text: string; readonly marker?: string }[];
  readonly advice: string;
  /** Lines of a unified diff from leak to fix. */
  readonly diff: readonly string[];
  readonly seenIn: readonly Source[];
}

export function studyPage(pair: Pair, sources: ReadonlyMap<string, Source>, root: string): StudyPage {
  const { pattern, fix } = pair;
  const { start, lines } = programText(pattern.file);
  const marked = new Map(
    pattern.markers.leaks.map(({ line, kind, count }) => [line, count === 1 ? kind : `${kind} ×${count}`]),
  );
  let line = start - 1;
  const all = readFileSync(pattern.file, 'utf8').split('\n');
  const program = lines.map((text) => {
    // the frame is cut out: the number is that of the line in its file
    line = all.indexOf(text, line);
    const number = ++line;
    const marker = marked.get(number);
    return { line: number, text, ...(marker !== undefined && { marker }) };
  });
  return {
    id: pattern.id,
    title: pattern.pattern.title,
    story: pattern.story.opening,
    path: relative(root, pattern.file),
    program,
    advice: fix.story.opening,
    diff: changesBetween(pattern.file, fix.file),
    seenIn: pattern.pattern.seenIn.flatMap((ref) => sources.get(ref) ?? []),
  };
}
