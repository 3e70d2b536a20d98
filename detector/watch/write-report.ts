import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { WatchReport } from './watch-report.ts';

/**
 * Writes a report as JSON into a folder, in one step.
 *
 * An instance has one file: a later report replaces it.
 *
 * @returns the path of the file
 */
export function writeReport(report: WatchReport, folder: string): string {
  const { host, pid, thread } = report.instance;
  const name = `leaklab-${host.replaceAll(/[^\w.-]/g, '_')}-${pid}-${thread}.json`;
  const path = join(resolve(folder), name);
  mkdirSync(resolve(folder), { recursive: true });
  writeFileSync(`${path}.part`, `${JSON.stringify(report, null, 2)}\n`);
  renameSync(`${path}.part`, path);
  return path;
}
