/** Accepts the present leaks of an old code base, each by its fingerprint, so that only new leaks fail. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { messageOf } from '../engine/error-message.ts';
import type { Finding, Report } from '../finding.ts';
import { kinds, type Kind } from '../kinds.ts';
import { isRecord } from '../rules/record.ts';
import { Sources } from '../origin/source.ts';

/** A leak of the baseline. Only the fingerprint decides; the rest is for people, and for tools that find fixed leaks. */
export interface AcceptedLeak {
  readonly fingerprint: string;
  /** The day on which the leak was accepted, `YYYY-MM-DD`. */
  readonly since: string;
  readonly kind: Kind;
  readonly type: string;
  /** The path relative to the folder of the baseline, with `/`; absent where no line is known. */
  readonly file?: string;
  readonly function?: string;
  /** The source line, trimmed. */
  readonly source?: string;
  readonly package?: string;
  /** The test files or programs that leaked it, relative to the folder of the baseline, with `/`. */
  readonly in: readonly string[];
}

/** The content of a baseline file. */
export interface Baseline {
  /** The absolute path. */
  readonly file: string;
  readonly leaks: readonly AcceptedLeak[];
}

/** The error for a baseline that can't be used; its message has the file and the problem. */
export class BaselineError extends Error {
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}`);
    this.name = 'BaselineError';
  }
}

/**
 * Returns a hash of what stays the same of a leak while the lines around it change.
 *
 * It covers the kind, the type, the file, the function, the text of the source line, and the package that made the
 * resource. Equal lines of one function have one fingerprint.
 *
 * @param root the folder to which paths are relative
 * @returns 32 hexadecimal digits
 */
export function fingerprintOf(finding: Finding, root: string, sources = new Sources()): string {
  const { kind, type, site } = finding;
  const parts = [
    kind,
    type,
    site ? portable(site.file, root) : '',
    site ? lastName(site.function) : '',
    site ? sourceOf(site, sources) : '',
    finding.package ?? '',
  ];
  // takes long to load, and a run without leaks has no fingerprints
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/**
 * Returns the entry that accepts a leak.
 *
 * @param seenIn the absolute paths of the test files or programs that leak it
 * @param since default today, in UTC
 */
export function accept(
  finding: Finding,
  root: string,
  seenIn: readonly string[],
  since = new Date().toISOString().slice(0, 10),
): AcceptedLeak {
  const sources = new Sources();
  const { kind, type, site } = finding;
  return {
    fingerprint: fingerprintOf(finding, root, sources),
    since,
    kind,
    type,
    ...(site && {
      file: portable(site.file, root),
      function: site.function,
      source: sourceOf(site, sources),
    }),
    ...(finding.package !== undefined && { package: finding.package }),
    in: [...new Set(seenIn.map((file) => portable(file, root)))].toSorted(),
  };
}

/**
 * Reads a baseline; a missing file accepts nothing.
 *
 * @throws {@link BaselineError} if the file can't be read or is no baseline
 */
export function loadBaseline(file: string): Baseline {
  const path = resolve(file);
  let content: unknown;
  try {
    // throws where `--permission` hides the file
    if (!existsSync(path)) return { file: path, leaks: [] };
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new BaselineError(file, messageOf(error));
  }
  if (!isRecord(content)) throw new BaselineError(file, `expected an object, got ${JSON.stringify(content)}`);
  if (content['version'] !== 1) {
    throw new BaselineError(file, `expected "version" to be 1, got ${JSON.stringify(content['version'])}`);
  }
  const { leaks } = content;
  if (!Array.isArray(leaks)) {
    throw new BaselineError(file, `expected "leaks" to be a list, got ${JSON.stringify(leaks)}`);
  }
  for (const [index, leak] of leaks.entries()) {
    const problem = problemOf(leak);
    if (problem !== undefined) throw new BaselineError(file, `leaks[${index}]: ${problem}`);
  }
  return { file: path, leaks: leaks as AcceptedLeak[] };
}

/** Returns the text of a baseline, sorted, so that the same leaks give the same text. */
export function formatBaseline(leaks: readonly AcceptedLeak[]): string {
  const place = ({ file = '', kind, fingerprint }: AcceptedLeak): string =>
    [file, kind, fingerprint].join('\0');
  const sorted = leaks.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
  return `${JSON.stringify({ version: 1, leaks: sorted }, null, 2)}\n`;
}

/** Returns a report in which the leaks of the baseline are tolerated. */
export function withBaseline(report: Report, { file, leaks }: Baseline): Report {
  if (report.leaks.length === 0 || leaks.length === 0) return report;
  const accepted = new Map(leaks.map((leak) => [leak.fingerprint, leak]));
  const sources = new Sources();
  const found = report.leaks.map((leak) => ({
    leak,
    entry: accepted.get(fingerprintOf(leak, dirname(file), sources)),
  }));
  return {
    ...report,
    leaks: found.flatMap(({ leak, entry }) => (entry ? [] : [leak])),
    ignored: [
      ...report.ignored,
      ...found.flatMap(({ leak, entry }) => (entry ? [{ ...leak, reason: reasonOf(entry) }] : [])),
    ],
  };
}

function reasonOf({ since }: AcceptedLeak): string {
  return `in the baseline since ${since}`;
}

function portable(file: string, root: string): string {
  return relative(root, file).split(sep).join('/');
}

function sourceOf({ file, line }: { file: string; line: number }, sources: Sources): string {
  return sources.linesOf(file)[line - 1]?.trim() ?? '';
}

/** Returns a function name without receiver and alias, as in `Object.run [as go]`: they differ between engines. */
function lastName(name: string): string {
  return name.replace(/ \[.*/, '').replace(/^.*[. ]/, '');
}

function problemOf(leak: unknown): string | undefined {
  if (!isRecord(leak)) return `expected an object, got ${JSON.stringify(leak)}`;
  const expected = (name: string, what: string): string =>
    `expected ${JSON.stringify(name)} to be ${what}, got ${JSON.stringify(leak[name])}`;
  const { fingerprint, since } = leak;
  if (typeof fingerprint !== 'string' || !/^[\da-f]{32}$/.test(fingerprint))
    return expected('fingerprint', '32 hexadecimal digits');
  if (typeof since !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(since))
    return expected('since', 'a date as YYYY-MM-DD');
  if (!kinds.some((kind) => kind === leak['kind'])) return expected('kind', `one of ${kinds.join(', ')}`);
  if (typeof leak['type'] !== 'string') return expected('type', 'some text');
  for (const name of ['file', 'function', 'source', 'package']) {
    if (leak[name] !== undefined && typeof leak[name] !== 'string') return expected(name, 'some text');
  }
  const seenIn = leak['in'];
  const isList = Array.isArray(seenIn) && seenIn.every((file) => typeof file === 'string');
  return isList ? undefined : expected('in', 'a list of paths');
}
