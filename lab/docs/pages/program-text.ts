import { readFileSync } from 'node:fs';
import { structuredPatch } from 'diff';

/** The code of a program as a page shows it: without opening comment, metadata and types of the lab. */
export interface ProgramText {
  /** The number of the first line in the file. */
  readonly start: number;
  readonly lines: readonly string[];
}

/** Returns the code of a program. @param file a program of the catalogue */
export function programText(file: string): ProgramText {
  const all = withoutFrame(readFileSync(file, 'utf8')).split('\n');
  const isCode = (line: string): boolean => line.trim() !== '';
  const first = all.findIndex(isCode);
  const last = all.findLastIndex(isCode);
  const lines: string[] = [];
  for (const line of all.slice(first, last + 1)) {
    // two removed parts leave one gap
    if (isCode(line) || isCode(lines.at(-1) ?? '')) lines.push(line);
  }
  return { start: first + 1, lines };
}

/** Returns the changes between two programs, as lines of a unified diff without its head. */
export function changesBetween(before: string, after: string): readonly string[] {
  const [from, to] = [before, after].map((file) => `${programText(file).lines.join('\n')}\n`);
  const { hunks } = structuredPatch('before', 'after', from ?? '', to ?? '', '', '', { context: 2 });
  return hunks.flatMap(({ lines }, index) => [...(index > 0 ? ['…'] : []), ...lines]);
}

/** Blanks the frame of a program and keeps the number of lines, so that each line keeps its number. */
function withoutFrame(source: string): string {
  return [
    /^\/\*\*.*?\*\/\n?/s,
    /^import type \{[^}]*\} from '[^']*lab\/contract\.ts';\n/m,
    /^export const pattern = \{.*?^\} satisfies Pattern;\n/ms,
  ].reduce((text, part) => text.replace(part, (cut) => cut.replaceAll(/[^\n]/g, '')), source);
}
