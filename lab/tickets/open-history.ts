import { kinds } from '../../detector/index.ts';
import { byCertainty } from '../../detector/internal.ts';
import { readJson } from '../shared/json-file.ts';
import { isRecord, show, type Fields } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';
import type { History } from '../history/cause-history.ts';
import { readHistory } from '../history/read-history.ts';
import { openHistory } from '../history/store-options.ts';

const advice = 'name a file that `leaklab history` wrote';

/**
 * Reads the history that the settings name, or a file.
 *
 * @param file absolute: the file of a history, or, if it ends in .json, a history that another program made
 * @throws UsageError if it can't be read, is wrong, or has no run
 */
export async function historyOf(file: string | undefined): Promise<History> {
  if (file?.endsWith('.json')) return readJsonHistory(file);
  const { store, branch } = await openHistory(file === undefined ? {} : { file });
  try {
    const history = await readHistory(store, branch === undefined ? {} : { branch });
    if (history.runs.length > 0) return history;
    const where = branch === undefined ? '' : ` of branch ${branch}`;
    throw new UsageError(`${store.name} has no run${where}`, 'leaklab history add reports/');
  } finally {
    await store.close();
  }
}

function readJsonHistory(file: string): History {
  const content = readJson(file, advice);
  if (!isRecord(content) || !Array.isArray(content['runs']) || !Array.isArray(content['causes'])) {
    throw new UsageError(`${file}: expected an object with the lists runs and causes`, advice);
  }
  for (const [index, cause] of content['causes'].entries()) {
    const problem = isRecord(cause) ? problemOf(cause) : `expected an object, got ${show(cause)}`;
    if (problem !== undefined) throw new UsageError(`${file}: causes[${index}]: ${problem}`, advice);
  }
  return content as unknown as History;
}

function problemOf(cause: Fields): string | undefined {
  for (const [name, { wanted, fits }] of Object.entries(parts)) {
    const value = cause[name];
    if (!fits(value)) return `expected ${name} to be ${wanted}, got ${show(value).slice(0, 80)}`;
  }
  return undefined;
}

interface Part {
  readonly wanted: string;
  fits(value: unknown): boolean;
}

const isCount = (value: unknown): boolean => typeof value === 'number' && value >= 0;
const count: Part = { wanted: 'a number from 0 up', fits: isCount };
const texts: Part = {
  wanted: 'a list of strings',
  fits: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
};
const optional = ({ wanted, fits }: Part): Part => ({
  wanted,
  fits: (value) => value === undefined || fits(value),
});
const text: Part = { wanted: 'a string', fits: (value) => typeof value === 'string' };
const sighting: Part = {
  wanted: 'an object with a time as ISO 8601',
  fits: (value) =>
    isRecord(value) && typeof value['time'] === 'string' && !Number.isNaN(Date.parse(value['time'])),
};
const oneOf = (known: readonly string[]): Part => ({
  wanted: `one of ${known.join(', ')}`,
  fits: (value) => known.includes(String(value)),
});

const parts: Readonly<Record<string, Part>> = {
  cause: { wanted: '32 hexadecimal digits', fits: (value) => /^[\da-f]{32}$/.test(String(value)) },
  kind: oneOf(kinds),
  type: text,
  evidence: oneOf(byCertainty),
  tests: texts,
  nodes: texts,
  first: sighting,
  last: sighting,
  runs: count,
  watched: count,
  cleanRuns: count,
  waited: count,
  reopened: count,
  weeks: {
    wanted: 'a list of weeks with a count',
    fits: (value) => Array.isArray(value) && value.every((each) => isRecord(each) && isCount(each['count'])),
  },
  isInTest: { wanted: 'true or false', fits: (value) => typeof value === 'boolean' },
  fixed: optional(sighting),
  function: optional(text),
  source: optional(text),
  package: optional(text),
  testedPackage: optional(text),
  owner: optional(text),
  place: optional({
    wanted: 'an object with path, line and column',
    fits: (value) => isRecord(value) && typeof value['path'] === 'string' && isCount(value['line']),
  }),
};
