import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { runnersPage } from './runners-page.ts';
import { standingFile, type Standing } from './standing.ts';

const page = join(projectRoot, 'docs/runners.md');

/** Writes the data, and the page that is made of it. */
export function saveStanding(standing: Standing): void {
  writeWhole(standingFile, `${JSON.stringify(standing, undefined, 2)}\n`);
  writeWhole(page, runnersPage(standing));
}

/** What is committed and is not so, or not any more: the answers of the lines that were tried, versions, the page. */
export function driftOf(committed: Standing | undefined, tried: Standing): string[] {
  if (!committed) return ['docs/runners.json is missing'];
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
  const drift = Object.entries(tried.lines)
    .filter(([line, each]) => !same(committed.lines[line], each))
    .map(([line]) => `docs/runners.json says something else of Node ${line}`);
  if (!same(committed.packages, tried.packages))
    drift.push('docs/runners.json has other versions of the runners');
  if (!existsSync(page) || readFileSync(page, 'utf8') !== runnersPage(committed)) {
    drift.push('docs/runners.md is not what docs/runners.json makes');
  }
  return drift;
}
