import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { diffArrays } from 'diff';
import { UsageError } from '../shared/usage-error.ts';

/** A line of code to compare, with its number in the file. */
interface CodeLine {
  readonly number: number;
  readonly text: string;
  /** True if a comment says why the line differs. */
  readonly isExplained: boolean;
}

/** Words that open a comment on a line that differs from the pattern's. */
const words = { fix: 'FIX', 'wrong-fix': 'TRIED' } as const;

/**
 * Makes sure that a fix changes only lines of the pattern that a comment explains. Each run of lines that differ has
 * `// FIX: …` in the fix, or `// TRIED: …` in a wrong fix. The opening comment, metadata, markers and imports may
 * differ.
 *
 * @throws UsageError that names the first line that drifted
 */
export function assertNoDrift(patternFile: string, fixFile: string, role: keyof typeof words = 'fix'): void {
  const word = words[role];
  const pattern = codeLines(patternFile, word);
  const fix = codeLines(fixFile, word);
  const changes = diffArrays([...pattern], [...fix], { comparator: (a, b) => a.text === b.text });
  let hunk: CodeLine[] = [];
  let inFix: CodeLine[] = [];
  const closeHunk = (): void => {
    const [first] = hunk;
    if (first && !inFix.some(({ isExplained }) => isExplained)) {
      const where = inFix[0] ? `${fixFile}:${inFix[0].number}` : `${patternFile}:${first.number}`;
      throw new UsageError(
        `${where}: pattern and fix differ here without a comment \`// ${word}: …\`: \`${(inFix[0] ?? first).text}\``,
        `make both alike, or say in a comment in the ${role} what was ${role === 'fix' ? 'fixed' : 'tried'}`,
      );
    }
    hunk = [];
    inFix = [];
  };
  for (const change of changes) {
    if (!change.added && !change.removed) {
      closeHunk();
      continue;
    }
    hunk.push(...change.value);
    if (change.added) inFix.push(...change.value);
  }
  closeHunk();
}

const marker = /\s*\/\/ (LEAK: .*|ALSO.*)$/;

function codeLines(file: string, word: string): CodeLine[] {
  const comment = new RegExp(`\\s*// ${word}: \\S.*$`);
  const source = readFileSync(file, 'utf8');
  const withoutHead = blank(
    blank(source, /^\/\*\*.*?\*\//s),
    /^export const pattern = \{.*?^\} satisfies Pattern;$/ms,
  );
  const withoutImports = blank(withoutHead, /^import [^;]*;$/gm);
  return withoutImports
    .split(/\r?\n/)
    .map((line, index) => ({
      number: index + 1,
      text: resolveImports(line.replace(comment, '').replace(marker, '').trimEnd(), file),
      isExplained: comment.test(line),
    }))
    .filter(({ text, isExplained }) => text !== '' || isExplained);
}

/** Removes a part and keeps the line numbers. */
function blank(source: string, part: RegExp): string {
  return source.replace(part, (text) => text.replace(/[^\n]/g, ''));
}

/** Resolves an import: `./wait-group.ts` of a pattern is `../../patterns/waitgroup/wait-group.ts` of its fix. */
function resolveImports(line: string, file: string): string {
  return line.replace(
    /(import\(')(\.[^']*)(')/,
    (_all, open: string, path: string, close: string) => open + resolve(dirname(file), path) + close,
  );
}
