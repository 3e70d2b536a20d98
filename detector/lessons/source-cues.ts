import type { Finding } from '../finding.ts';

/** A sign in the source or the stack that tells equal shapes apart. */
export type Cue =
  | 'waits for an event'
  | 'waits for drain'
  | 'aborts'
  | 'settles a race'
  | 'drives an iterator'
  | 'reads lines'
  | 'has no signal'
  | 'in a request handler';

/** The number of lines around a site in which the words of its statement are searched. */
const nearby = 5;

interface Text {
  /** The line of the site, and the next lines up to the end of its call. */
  readonly statement: string;
  readonly around: string;
}

const inSource: Readonly<Record<Exclude<Cue, 'in a request handler'>, (text: Text) => boolean>> = {
  'waits for an event': ({ statement }) => /\bawait (?:events\.)?once\(/.test(statement),
  'waits for drain': ({ statement, around }) =>
    /\bawait\b/.test(statement) && /\bonce\([^)]*['"]drain['"]/.test(around),
  aborts: ({ statement }) => /\.abort\b/.test(statement),
  'settles a race': ({ statement, around }) =>
    /\b(?:reject|resolve)\b/.test(statement) && /\bPromise\.race\(/.test(around),
  'drives an iterator': ({ statement }) => /\.next\(/.test(statement) && !/\bfor await\b/.test(statement),
  'reads lines': ({ statement }) => /\bcreateInterface\(/.test(statement),
  'has no signal': ({ statement }) => statement !== '' && !/\bsignal\b/i.test(statement),
};

/** Reports whether a finding shows a cue; if the source can't be read, it shows none. */
export function shows(
  cue: Cue,
  finding: Pick<Finding, 'site' | 'facts'>,
  linesOf: (file: string) => readonly string[],
): boolean {
  if (cue === 'in a request handler') return finding.facts?.inRequestHandler === true;
  const { site } = finding;
  if (!site) return false;
  const lines = linesOf(site.file);
  const index = site.line - 1;
  const statement = statementAt(lines, index);
  const around = lines
    .slice(Math.max(0, index - nearby), index + nearby + 1)
    .map(withoutComment)
    .join('\n');
  return inSource[cue]({ statement, around });
}

/** Returns a line and the next ones while a bracket is open, at most five in all. */
function statementAt(lines: readonly string[], index: number): string {
  let text = '';
  for (const line of lines.slice(index, index + nearby)) {
    text += `${withoutComment(line)}\n`;
    const opened = (text.match(/[([{]/g) ?? []).length - (text.match(/[)\]}]/g) ?? []).length;
    if (opened <= 0) break;
  }
  return text;
}

/** Returns a line without its comment, whose words are no cue. */
function withoutComment(line: string): string {
  return line.replace(/^\s*\*.*$/, '').replace(/(^|[\s;,(){}])\/\/.*$/, '$1');
}
