import { kinds } from '../../detector/index.ts';
import { byCertainty } from '../../detector/internal.ts';
import { isRecord, show, type Fields } from '../shared/record.ts';
import type { HeadRecord, LeakRecord, RunRecord } from './records.ts';

type Checks = Readonly<Record<string, readonly [what: string, fits: (value: unknown) => boolean]>>;

const text: Checks[string] = ['some text', isText];
const texts: Checks[string] = ['a list of texts', (value) => Array.isArray(value) && value.every(isText)];
const hash: Checks[string] = [
  '32 hexadecimal digits',
  (value) => isText(value) && /^[\da-f]{32}$/.test(value),
];
const commit: Checks[string] = [
  'the full hash of a commit',
  (value) => isText(value) && /^(?:[\da-f]{40}|[\da-f]{64})$/.test(value),
];
const time: Checks[string] = ['a time such as 2026-11-30T12:00:00.000Z', isTime];
const count: Checks[string] = ['a whole number from 0 up', isCount];

const needed: Readonly<Record<'history' | 'run' | 'leak', Checks>> = {
  history: { version: ['1, or a newer leaklab', (value) => value === 1], runs: count },
  run: { run: text, time, nodes: texts, watched: texts, leaks: count, digest: hash },
  leak: {
    run: text,
    time,
    cause: hash,
    kind: [`one of ${kinds.join(', ')}`, (value) => kinds.some((kind) => kind === value)],
    resource: ['some text', (value) => typeof value === 'string'],
    evidence: [`one of ${byCertainty.join(', ')}`, (value) => byCertainty.some((each) => each === value)],
    count: ['a whole number from 1 up', (value) => isCount(value) && value !== 0],
    waited: count,
    nodes: texts,
    isInTest: ['true or false', (value) => typeof value === 'boolean'],
    tests: texts,
    files: texts,
  },
};

const optional: Readonly<Record<'history' | 'run' | 'leak', Checks>> = {
  history: { last: text },
  run: {
    commit,
    branch: text,
    author: text,
    gone: texts,
    fixed: ['a list of causes', (value) => Array.isArray(value) && value.every(isFixed)],
  },
  leak: {
    fingerprint: hash,
    place: ['a path, a line and a column', isPlace],
    function: ['some text', (value) => typeof value === 'string'],
    source: ['some text', (value) => typeof value === 'string'],
    package: text,
    facts: ['an object', isRecord],
    testedPackage: text,
    owner: text,
    commit,
    author: text,
    change: commit,
  },
};

/** Returns what is wrong with a record; nothing if it can be used. */
export function problemOf(record: unknown): string | undefined {
  if (!isRecord(record)) return `expected an object, got ${show(record)}`;
  const { type } = record;
  if (type !== 'history' && type !== 'run' && type !== 'leak') {
    return `expected "type" to be one of history, run, leak, got ${show(type)}`;
  }
  return misfit(record, needed[type], false) ?? misfit(record, optional[type], true);
}

/** Reports whether a value is a record of a history. */
export function isHistoryRecord(value: unknown): value is HeadRecord | RunRecord | LeakRecord {
  return problemOf(value) === undefined;
}

/** Reports whether a value is a time as records have it. */
export function isTime(value: unknown): boolean {
  if (!isText(value) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  return !Number.isNaN(Date.parse(value));
}

function misfit(record: Fields, checks: Checks, isOptional: boolean): string | undefined {
  for (const name in checks) {
    const value = record[name];
    if (value === undefined && isOptional) continue;
    const [what, fits] = checks[name] ?? text;
    if (!fits(value)) return `expected ${JSON.stringify(name)} to be ${what}, got ${show(value)}`;
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPlace(value: unknown): boolean {
  return isRecord(value) && isText(value['path']) && isCount(value['line']) && isCount(value['column']);
}

function isFixed(value: unknown): boolean {
  return (
    isRecord(value) &&
    hash[1](value['cause']) &&
    ['commit', 'author'].every((name) => value[name] === undefined || isText(value[name]))
  );
}
