import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isRecord } from '../../shared/record.ts';

/** A test file that a project of a runner ran. */
export interface ListedRun {
  /** Absolute. */
  readonly file: string;
  /** The name of the project; empty if it has none. */
  readonly project: string;
  /** The folder of the project, absolute. */
  readonly folder: string;
  /** True if an entry of leaklab is among the setup files of the project. */
  readonly isSetUp: boolean;
}

/** The test files of which at least one test ended in one run of a runner. */
export interface ListedRuns {
  readonly version: 1;
  readonly runner: 'vitest' | 'jest';
  readonly runs: readonly ListedRun[];
}

/**
 * Reads the lists in a folder of reports and in the folders in it; one that is cut off counts for nothing.
 *
 * @returns the lists by the path of their folder
 */
export function readListedRuns(folder: string): Map<string, ListedRuns[]> {
  const paths = globSync('**/*.runs.json', { cwd: folder }).toSorted();
  const read = paths.flatMap((path) => {
    try {
      const list: unknown = JSON.parse(readFileSync(join(folder, path), 'utf8'));
      return isList(list) ? [{ list, at: dirname(path) }] : [];
    } catch {
      return [];
    }
  });
  return new Map(
    [...Map.groupBy(read, ({ at }) => at)].map(([at, lists]) => [at, lists.map(({ list }) => list)]),
  );
}

function isList(list: unknown): list is ListedRuns {
  if (!isRecord(list) || list['version'] !== 1 || !Array.isArray(list['runs'])) return false;
  return (list['runner'] === 'vitest' || list['runner'] === 'jest') && list['runs'].every(isRun);
}

function isRun(run: unknown): run is ListedRun {
  if (!isRecord(run)) return false;
  const { file, project, folder, isSetUp } = run;
  return [file, project, folder].every((each) => typeof each === 'string') && typeof isSetUp === 'boolean';
}
