import { relativeTypes } from './layout.ts';

/** A program as a learner gets it, without hints of its leak or fix. */
export interface BareProgram {
  readonly source: string;
  /**
   * Returns the number of an original line.
   *
   * @param line from 1
   * @returns from 1; `undefined` if it was taken out
   */
  lineOf(line: number): number | undefined;
}

const head = /^\/\*\*.*?\*\/\n/s;
const metadata = /^export const pattern = \{.*?^\} satisfies Pattern;\n/ms;
const secret = /\s*\/\/ (?:LEAK|ALSO|FIX|TRIED)\b.*$/;

/**
 * Strips a program of the catalogue of its story, metadata and markers, which give the leak or its fix away.
 */
export function bareProgram(original: string): BareProgram {
  const cut = (text: string, part: RegExp): string =>
    text.replace(part, (taken) => taken.replaceAll(/[^\n]/g, ''));
  const before = original.split('\n');
  const after = cut(cut(original, head), metadata).split('\n');
  const lines: string[] = [];
  const places = new Map<number, number>();
  for (const [index, line] of after.entries()) {
    const text = adopted(line.replace(secret, ''));
    const isBlank = text.trim() === '';
    // a line with nothing but a secret, and the gap around what was cut
    if (isBlank && (line.trim() !== '' || before[index] !== line || (lines.at(-1) ?? '') === '')) continue;
    lines.push(text);
    places.set(index + 1, lines.length);
  }
  while (lines.at(-1) === '') lines.pop();
  return { source: `${lines.join('\n')}\n`, lineOf: (line) => places.get(line) };
}

/** Rewrites an import for the learner's folder. */
function adopted(line: string): string {
  const types = /^import type \{(.*)\} from '[^']*lab\/contract\.ts';$/.exec(line)?.[1];
  if (types !== undefined) {
    const names = types
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && name !== 'Pattern');
    return names.length === 0 ? '' : `import type { ${names.join(', ')} } from '${relativeTypes}';`;
  }
  return line.replace(/(from '|import\(')(?:\.\.\/)+patterns\/[\w-]+\//, '$1./');
}

/** Returns the names of files in the same folder that a program imports: `channel.ts`. */
export function siblingsOf(source: string): readonly string[] {
  return [...source.matchAll(/from '\.\/([\w.-]+\.ts)'/g)].flatMap(([, name]) => name ?? []);
}
