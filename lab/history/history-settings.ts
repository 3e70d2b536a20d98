import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { kinds, type Kind } from '../../detector/index.ts';
import { nearest } from '../../detector/internal.ts';
import { projectSettings } from '../ci/project-settings.ts';
import { isRecord } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

/** Settings of the history: "history" of leaklab.json. */
export interface HistorySettings {
  /** The absolute path of the file. */
  readonly file: string;
  /** The URL of a PostgreSQL, instead of the file. */
  readonly store?: string;
  /** The name of the project in that database. */
  readonly project?: string;
  /** The target branch: views, tickets and the ratchet go by its runs. */
  readonly branch?: string;
  /** The weight of a leak in the weighted sum, by kind; default 1. */
  readonly weights: Readonly<Partial<Record<Kind, number>>>;
}

/** The name of the file where the settings name none: beside leaklab.json, or in the current folder. */
export const usualHistory = 'leaks.history.jsonl';

const wanted: Readonly<Record<keyof HistorySettings, string>> = {
  file: 'the path of a file',
  store: 'the URL of a PostgreSQL',
  project: 'the name of the project',
  branch: 'the name of a branch',
  weights: 'a number from 0 up for each kind',
};

/**
 * Returns the settings of the history.
 *
 * @throws UsageError that names the wrong setting
 */
export function historySettings(folder = process.cwd()): HistorySettings {
  const { file: settingsFile } = projectSettings(folder);
  const usual = resolve(settingsFile === undefined ? folder : dirname(settingsFile), usualHistory);
  if (settingsFile === undefined) return { file: usual, weights: {} };
  const content: unknown = JSON.parse(readFileSync(settingsFile, 'utf8'));
  const own = isRecord(content) ? (content['history'] ?? {}) : {};
  const at = `"history" of ${settingsFile}`;
  if (!isRecord(own)) {
    throw new UsageError(
      `${at}: expected an object, got ${JSON.stringify(own)}`,
      '{ "history": { "branch": "main" } }',
    );
  }
  for (const [name, value] of Object.entries(own)) {
    if (!isSetting(name)) {
      throw new UsageError(`${at}: ${name} is not a setting`, nearest(name, Object.keys(wanted)));
    }
    const fits = name === 'weights' ? areWeights(value) : typeof value === 'string' && value !== '';
    if (!fits) {
      const got = name === 'store' ? 'something else' : JSON.stringify(value);
      throw new UsageError(`${at}: expected ${name} to be ${wanted[name]}, got ${got}`, 'fix leaklab.json');
    }
  }
  const { file, ...others } = own as Partial<HistorySettings>;
  return {
    weights: {},
    ...others,
    file: file === undefined ? usual : resolve(dirname(settingsFile), file),
  };
}

function isSetting(name: string): name is keyof HistorySettings {
  return Object.hasOwn(wanted, name);
}

function areWeights(value: unknown): boolean {
  return (
    isRecord(value) &&
    Object.entries(value).every(
      ([kind, weight]) =>
        kinds.some((each) => each === kind) &&
        typeof weight === 'number' &&
        Number.isFinite(weight) &&
        weight >= 0,
    )
  );
}
