import { readFileSync } from 'node:fs';
import { structuredPatch } from 'diff';

/** The code of a program as a page shows it: without its opening comment, its metadata and the lab's types. */
export interface ProgramText {
  /** The number of its first line in the file. */
  readonly start: number;
  readonly lines: readonly string[];
}

/** @param file a program of the catalogue */
export function programText(file: string): ProgramText {
  const all = withoutFrame(readFileSync(file, 'utf8')).split('\n');
  const isCode = (line: string): boolean => line.trim() !== '';
  const first = all.findIndex(isCode);
  const last = all.findLastIndex(isCode);
  const lines: string[] = [];
  for (const line of all.slice(first, last + 1)) {
    // two parts that were taken out leave one gap
    if (isCode(line) || isCode(lines.at(-1) ?? '')) lines.push(line);
  }
  return { start: first + 1, lines };
}

/** What one program changes of another, as the lines of a unified diff without its head. */
export function changesBetween(before: string, after: string): readonly string[] {
  const [from, to] = [before, after].map((file) => `${programText(file).lines.join('\n')}\n`);
  const { hunks } = structuredPatch('before', 'after', from ?? '', to ?? '', '', '', { context: 2 });
  return hunks.flatMap(({ lines }, index) => [...(index > 0 ? ['…'] : []), ...lines]);
}

/** With as many lines as before, so that a line keeps its number as long as it stands above all that is left out. */
function withoutFrame(source: string): string {
  return [
    /^\/\*\*.*?\*\/\n?/s,
    /^import type \{[^}]*\} from '[^']*lab\/contract\.ts';\n/m,
    /^export const pattern = \{.*?^\} satisfies Pattern;\n/ms,
  ].reduce((text, part) => text.replace(part, (cut) => cut.replaceAll(/[^\n]/g, '')), source);
}
