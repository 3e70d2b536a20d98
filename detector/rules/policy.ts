import { readFileSync } from 'node:fs';
import type { Document, LineCounter } from 'yaml';
import { isRecord } from './record.ts';
import { nearest, problemsOfRule, type IgnoreRule } from './rule.ts';

/** Rules of a file, checked. */
export interface Policy {
  readonly file: string;
  readonly rules: readonly IgnoreRule[];
}

/** Something that is wrong in a policy file; line and column from 1. */
export interface PolicyProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** All that is wrong with a policy file; its message has each with its place. */
export class PolicyError extends Error {
  readonly problems: readonly PolicyProblem[];

  constructor(file: string, problems: readonly PolicyProblem[]) {
    super(problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

/**
 * Reads a policy file: YAML, or JSON, which is YAML.
 *
 * @throws {@link PolicyError} with everything that is wrong in it
 * @throws the file system's error if it can't be read
 */
export async function loadPolicy(file: string): Promise<Policy> {
  return parsePolicy(readFileSync(file, 'utf8'), file);
}

/** The same, of a text. The YAML reader is loaded here and not before: who has no policy does without it. */
export async function parsePolicy(text: string, file: string): Promise<Policy> {
  const { LineCounter: Lines, parseDocument } = await import('yaml');
  const lines = new Lines();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    merge: false,
  });
  const syntax = [...document.errors, ...document.warnings];
  if (syntax.length > 0) {
    throw new PolicyError(
      file,
      syntax.map(({ pos: [at], message }) => ({
        ...placeAt(lines, at),
        message: message.split('\n')[0] ?? message,
      })),
    );
  }
  const content: unknown = document.toJS({ maxAliasCount: 100 });
  const problems = problemsOf(content).map(({ path, message }) => ({
    ...placeOf(document, lines, path),
    message,
  }));
  if (problems.length > 0) throw new PolicyError(file, problems.toSorted(byPlace));
  return { file, rules: (content as { rules: IgnoreRule[] }).rules };
}

function byPlace(a: PolicyProblem, b: PolicyProblem): number {
  return a.line - b.line || a.column - b.column;
}

interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

const keys = ['version', 'rules'];

function problemsOf(content: unknown): Problem[] {
  if (!isRecord(content)) {
    return [{ path: [], message: 'expected `version: 1` and `rules:`' }];
  }
  const problems: Problem[] = Object.keys(content)
    .filter((key) => !keys.includes(key))
    .map((key) => ({ path: [key], message: `no key ${JSON.stringify(key)}; ${nearest(key, keys)}` }));
  const { version, rules } = content;
  if (version !== 1) {
    const got = version === undefined ? 'none' : JSON.stringify(version);
    problems.push({
      path: version === undefined ? [] : ['version'],
      message: `expected \`version: 1\`, got ${got}`,
    });
  }
  if (!Array.isArray(rules))
    return [
      ...problems,
      { path: 'rules' in content ? ['rules'] : [], message: 'expected `rules:` with a list' },
    ];
  return [
    ...problems,
    ...rules.flatMap((rule: unknown, index) =>
      problemsOfRule(rule).map(({ path, message }) => ({ path: ['rules', index, ...path], message })),
    ),
  ];
}

/** Of what stands there, or of the nearest thing around it. */
function placeOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly (string | number)[],
): Omit<PolicyProblem, 'message'> {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return placeAt(lines, range[0]);
  }
  return { line: 1, column: 1 };
}

function placeAt(lines: LineCounter, offset: number): Omit<PolicyProblem, 'message'> {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}
