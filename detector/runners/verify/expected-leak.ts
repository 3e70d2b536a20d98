import { basename } from 'node:path';
import type { Finding, Report } from '../../finding.ts';
import { kinds, type Kind } from '../../kinds.ts';
import { nearest } from '../../rules/rule.ts';

/** A leak that a test expects; it has to match every part that is given. */
export interface ExpectedLeak {
  readonly kind?: Kind;
  /** The engine's or the platform's name: `Timeout`, `TCPSERVERWRAP`. */
  readonly type?: string;
  /** The number of leaks over all places; without it, one or more. */
  readonly count?: number;
  /** The line of the site. */
  readonly line?: number;
  /** The end of the site's path. */
  readonly file?: string;
}

const isNatural = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;
const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const wanted: Readonly<Record<keyof ExpectedLeak, readonly [string, (value: unknown) => boolean]>> = {
  kind: [`one of ${kinds.join(', ')}`, (value) => kinds.some((kind) => kind === value)],
  type: ['some text', isText],
  count: ['a whole number from 1 up', isNatural],
  line: ['a whole number from 1 up', isNatural],
  file: ['the end of a path', isText],
};

/** @throws TypeError if a part is unknown or of the wrong type */
export function checkExpected(leak: ExpectedLeak): void {
  for (const [name, value] of Object.entries(leak)) {
    if (!isPart(name)) throw new TypeError(`no part \`${name}\`; ${nearest(name, Object.keys(wanted))}`);
    const [what, fits] = wanted[name];
    if (!fits(value)) throw new TypeError(`expected \`${name}\` to be ${what}, got ${JSON.stringify(value)}`);
  }
}

function isPart(name: string): name is keyof ExpectedLeak {
  return Object.hasOwn(wanted, name);
}

/** A leak that is expected, with an error whose stack points at the expectation. */
export interface Expected {
  readonly leak: ExpectedLeak;
  readonly error: Error;
}

/** The outcome of expectations. */
export interface Met {
  /** The report, in which expected leaks are tolerated. */
  readonly report: Report;
  /** Expectations that were not met. */
  readonly missed: readonly { readonly problem: string; readonly error: Error }[];
}

/** Moves the leaks that were expected to the tolerated ones. */
export function meet(report: Report, expected: readonly Expected[]): Met {
  let { leaks } = report;
  const taken: Finding[] = [];
  const missed: Met['missed'][number][] = [];
  for (const { leak, error } of expected) {
    const fitting = leaks.filter((finding) => fitsLeak(finding, leak));
    const count = fitting.reduce((sum, each) => sum + each.count, 0);
    if (leak.count === undefined ? count === 0 : count !== leak.count) {
      const found = count === 0 ? 'none' : String(count);
      missed.push({ problem: `expected ${inWords(leak)}, found ${found}`, error });
    }
    taken.push(...fitting);
    leaks = leaks.filter((finding) => !fitting.includes(finding));
  }
  const ignored = [
    ...report.ignored,
    ...taken.map((each) => ({ ...each, reason: 'the test expects this leak' })),
  ];
  return { report: { ...report, leaks, ignored }, missed };
}

function fitsLeak(
  { kind, type, site }: Finding,
  { kind: ofKind, type: ofType, line, file }: ExpectedLeak,
): boolean {
  return (
    (ofKind === undefined || kind === ofKind) &&
    (ofType === undefined || type === ofType) &&
    (line === undefined || site?.line === line) &&
    (file === undefined || site?.file.endsWith(file) === true)
  );
}

function inWords({ kind, type, count, line, file }: ExpectedLeak): string {
  const place = [file === undefined ? undefined : basename(file), line].filter((part) => part !== undefined);
  return [
    count === undefined ? 'a leak' : `${count} ${count === 1 ? 'leak' : 'leaks'}`,
    kind === undefined ? '' : `of kind ${kind}`,
    type === undefined ? '' : `of type ${type}`,
    place.length === 0 ? '' : `at ${file === undefined ? 'line ' : ''}${place.join(':')}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}
