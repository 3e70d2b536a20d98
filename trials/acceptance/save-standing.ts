import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { runnersPage } from './runners-page.ts';
import { standingFile, type Standing } from './standing.ts';

const page = join(projectRoot, 'docs/runners.md');

/** Writes the data, and the page made from it. */
export function saveStanding(standing: Standing): void {
  writeWhole(standingFile, `${JSON.stringify(standing, undefined, 2)}\n`);
  writeWhole(page, runnersPage(standing));
}

/** Returns what no longer matches the committed data: results of the tried lines, versions, the page. */
export function driftOf(committed: Standing | undefined, tried: Standing): string[] {
  if (!committed) return ['docs/runners.json is missing'];
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const drift = Object.entries(tried.lines)
    .filter(([line, each]) => !same(committed.lines[line], each))
    .map(([line]) => `docs/runners.json has other results for Node ${line}`);
  if (!same(committed.packages, tried.packages))
    drift.push('docs/runners.json has other versions of the runners');
  if (!existsSync(page) || readFileSync(page, 'utf8') !== runnersPage(committed)) {
    drift.push('docs/runners.md does not match docs/runners.json');
  }
  return drift;
}
