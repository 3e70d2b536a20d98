import { readFileSync } from 'node:fs';
import type { Document, LineCounter } from 'yaml';
import { isRecord } from './record.ts';
import { nearest, problemsOfRule, type IgnoreRule } from './rule.ts';

/**
 * The rules of a policy file, checked.
 *
 * @example
 * ```ts
 * import { find, parsePolicy, type Policy } from 'leaklab';
 *
 * const text = 'version: 1\nrules: [{ kind: timer, reason: polls for ever }]';
 * const policy: Policy = await parsePolicy(text, 'leaks.yaml');
 * let timer: NodeJS.Timeout | undefined;
 * const report = await find(() => void (timer = setInterval(() => {}, 1000)), { policy });
 * clearInterval(timer);
 * console.log(report.leaks.length, report.ignored[0]?.reason); // 0 polls for ever
 * ```
 */
export interface Policy {
  /** The path of the file, as it was given. */
  readonly file: string;
  readonly rules: readonly IgnoreRule[];
}

/**
 * A mistake in a policy file, and its place.
 *
 * @example
 * ```ts
 * import { parsePolicy, PolicyError, type PolicyProblem } from 'leaklab';
 *
 * const shown = ({ line, column, message }: PolicyProblem): string => `${line}:${column} ${message}`;
 * await parsePolicy('version: 1', 'leaks.yaml').catch((error: unknown) => {
 *   if (error instanceof PolicyError) console.log(error.problems.map(shown)); // [ '1:1 expected `rules:` with a list' ]
 * });
 * ```
 */
export interface PolicyProblem {
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** The mistake in words. */
  readonly message: string;
}

/**
 * The error for a policy file with mistakes; its message has a line for each, with its place.
 *
 * @example
 * ```ts
 * import { parsePolicy, PolicyError } from 'leaklab';
 *
 * try {
 *   await parsePolicy('version: 2\nrules: []', 'leaks.yaml');
 * } catch (error) {
 *   if (!(error instanceof PolicyError)) throw error;
 *   console.log(error.message); // leaks.yaml:1:10: expected `version: 1`, got 2
 * }
 * ```
 */
export class PolicyError extends Error {
  /** The mistakes, in the order of their places. */
  readonly problems: readonly PolicyProblem[];

  constructor(file: string, problems: readonly PolicyProblem[]) {
    super(problems.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`).join('\n'));
    this.name = 'PolicyError';
    this.problems = problems;
  }
}

/**
 * Reads a policy file in YAML or JSON.
 *
 * @throws {@link PolicyError} with every mistake in the file
 * @throws the error of the file system if the file can't be read
 * @example
 * ```ts
 * import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import { loadPolicy } from 'leaklab';
 *
 * const folder = mkdtempSync(join(tmpdir(), 'policy-'));
 * const file = join(folder, 'leaks.yaml');
 * writeFileSync(file, 'version: 1\nrules: [{ kind: timer, reason: polls for ever }]');
 * const { rules } = await loadPolicy(file);
 * console.log(rules); // [ { kind: 'timer', reason: 'polls for ever' } ]
 * rmSync(folder, { recursive: true });
 * ```
 */
export async function loadPolicy(file: string): Promise<Policy> {
  return parsePolicy(readFileSync(file, 'utf8'), file);
}

/**
 * Parses the text of a policy file; `file` only names it in the messages of errors.
 *
 * The YAML reader is loaded by the first call, so a program without a policy never loads it.
 *
 * @throws {@link PolicyError} with every mistake in the text
 * @example
 * ```ts
 * import { parsePolicy } from 'leaklab';
 *
 * const text = `
 * version: 1
 * rules:
 *   - kind: timer
 *     args: { ms: { max: 1000 } }
 *     reason: the clock of the queue
 * `;
 * const { rules } = await parsePolicy(text, 'leaks.yaml');
 * console.log(rules[0]?.args); // { ms: { max: 1000 } }
 * ```
 */
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

/** Returns the place of a value, or of the nearest value around it. */
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
