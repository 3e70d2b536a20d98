import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { kinds } from '../../detector/index.ts';
import type { WatchReport } from '../../detector/internal.ts';
import { readJson } from '../shared/json-file.ts';
import { isRecord } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

const next = 'write reports with write() or on a signal: see docs/guides/watch.md';

/**
 * Reads the reports that instances wrote to a folder, and to the folders in it.
 *
 * @throws UsageError if there is no such folder or no report in it, or if a file is none
 */
export function readFleet(folder: string): readonly WatchReport[] {
  if (!existsSync(folder)) throw new UsageError(`no folder ${JSON.stringify(folder)}`, next);
  const reports = globSync('**/*.json', { cwd: folder })
    .toSorted()
    .map((path) => {
      const report = readJson(join(folder, path), 'delete it, or write it anew');
      if (isWatchReport(report)) return report;
      throw new UsageError(
        `${JSON.stringify(join(folder, path))} is no report of leaklab/watch, version 1`,
        'keep other files out of the folder',
      );
    });
  if (reports.length === 0) throw new UsageError(`no reports in ${JSON.stringify(folder)}`, next);
  return reports;
}

function isWatchReport(value: unknown): value is WatchReport {
  if (!isRecord(value) || value['version'] !== 1) return false;
  const { instance, at, lines } = value;
  return (
    isRecord(instance) &&
    typeof instance['host'] === 'string' &&
    typeof instance['since'] === 'string' &&
    [instance['pid'], instance['thread']].every((each) => typeof each === 'number') &&
    typeof at === 'string' &&
    Number.isFinite(Date.parse(at)) &&
    Array.isArray(lines) &&
    lines.every(isLine)
  );
}

function isLine(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { kind, type, site } = value;
  return (
    kinds.some((known) => known === kind) &&
    typeof type === 'string' &&
    typeof value['alarm'] === 'boolean' &&
    [value['count'], value['age'], value['growth']].every((each) => Number.isFinite(each)) &&
    (site === undefined ||
      (isRecord(site) && typeof site['file'] === 'string' && Number.isInteger(site['line'])))
  );
}
