import { relativeTypes } from './layout.ts';

/** A program as a learner gets it: without what gives it away. */
export interface BareProgram {
  readonly source: string;
  /**
   * Where a line of the original stands now.
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
 * Takes out of a program of the catalogue what gives the leak or its fix away: the opening comment, the
 * metadata, markers, and the comments that say what was fixed or tried. Types come from the learner's folder.
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
    // what held nothing but a secret, and the gap that was left by what stood there
    if (isBlank && (line.trim() !== '' || before[index] !== line || (lines.at(-1) ?? '') === '')) continue;
    lines.push(text);
    places.set(index + 1, lines.length);
  }
  while (lines.at(-1) === '') lines.pop();
  return { source: `${lines.join('\n')}\n`, lineOf: (line) => places.get(line) };
}

/** An import with the names that it has in the learner's folder. */
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

/** Names of the files beside it that a program imports: `channel.ts`. */
export function siblingsOf(source: string): readonly string[] {
  return [...source.matchAll(/from '\.\/([\w.-]+\.ts)'/g)].flatMap(([, name]) => name ?? []);
}
