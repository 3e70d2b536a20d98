import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { diffArrays } from 'diff';
import { UsageError } from '../shared/usage-error.ts';

/** A line of code as it counts in a comparison, with the number it has in its file. */
interface CodeLine {
  readonly number: number;
  readonly text: string;
  /** Whether its comment says why it differs. */
  readonly isExplained: boolean;
}

/** The word of the comment that says why a line differs from the pattern's. */
const words = { fix: 'FIX', 'wrong-fix': 'TRIED' } as const;

/**
 * Makes sure that a fix is the pattern and nothing else mended: every run of lines in which they differ says
 * `// FIX: …` in the fix, and `// TRIED: …` in a wrong one. The opening comment, the metadata, the markers and
 * imports are left out.
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
        `${where}: pattern and fix differ here, and no \`// ${word}: …\` says why: \`${(inFix[0] ?? first).text}\``,
        `make both alike, or say in a comment in the ${role} what was ${role === 'fix' ? 'mended' : 'tried'}`,
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

/** Takes a part out and keeps the line numbers. */
function blank(source: string, part: RegExp): string {
  return source.replace(part, (text) => text.replace(/[^\n]/g, ''));
}

/** `./wait-group.ts` there and `../../patterns/waitgroup/wait-group.ts` here are the same file. */
function resolveImports(line: string, file: string): string {
  return line.replace(
    /(import\(')(\.[^']*)(')/,
    (_all, open: string, path: string, close: string) => open + resolve(dirname(file), path) + close,
  );
}
