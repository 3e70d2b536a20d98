import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../../ci/git.ts';
import type { FixedCause, LeakRecord } from '../records.ts';

/** Lines around the leaked one in which a fix is expected. */
const around = 15;
/** The causes whose commit is looked for: each asks git up to five times. */
const mostFixes = 100;
const format = '--format=%H%x00%aN';

/**
 * Names for each cause the commit that most likely fixed it, after the run that saw it last: the one that changed its
 * line, else one near it, else the last one in its file, else in the files of its tests.
 *
 * @param root absolute
 */
export async function fixesOf(root: string, leaks: readonly LeakRecord[]): Promise<FixedCause[]> {
  const isKnown = new Map<string, boolean>();
  const fixes: FixedCause[] = [];
  let lookedUp = 0;
  for (const leak of leaks) {
    const { cause, commit: base } = leak;
    if (base !== undefined && !isKnown.has(base)) {
      isKnown.set(base, (await git(root, 'cat-file', '-e', `${base}^{commit}`)) !== undefined);
    }
    const isLookedUp = base !== undefined && isKnown.get(base) === true && lookedUp < mostFixes;
    if (isLookedUp) lookedUp += 1;
    const found = isLookedUp ? await lastChange(root, leak, `${base}..HEAD`) : undefined;
    const [commit, author] = found?.split('\n')[0]?.split('\0') ?? [];
    fixes.push({ cause, ...(commit && { commit }), ...(author && { author }) });
  }
  return fixes;
}

async function lastChange(root: string, leak: LeakRecord, range: string): Promise<string | undefined> {
  const { place, source, files } = leak;
  const log = async (...args: readonly string[]): Promise<string | undefined> =>
    (await git(root, 'log', format, ...args)) || undefined;
  if (place) {
    const { path } = place;
    const ofLine = source ? await log('-1', `-S${source}`, range, '--', path) : undefined;
    if (ofLine) return ofLine;
    const all = await log(range, '--', path);
    if (all?.includes('\n')) return (await near(root, leak, range)) ?? all;
    if (all) return all;
  }
  const ofTests = files.length > 0 ? await log('-1', range, '--', ...files) : undefined;
  if (ofTests) return ofTests;
  const all = await log('-2', range);
  return all?.includes('\n') ? undefined : all;
}

/** Returns the last commit that changed a line near the leaked one, where it is now. */
async function near(root: string, { place, source }: LeakRecord, range: string): Promise<string | undefined> {
  if (!place) return undefined;
  const lines = linesOf(join(root, place.path));
  const own = lines.flatMap((line, index) => (line.trim() === source ? [index + 1] : []));
  const distance = (line: number): number => Math.abs(line - place.line);
  const [line] = own.toSorted((a, b) => distance(a) - distance(b));
  if (line === undefined) return undefined;
  const part = `${Math.max(1, line - around)},${Math.min(lines.length, line + around)}`;
  return (await git(root, 'log', '-1', '--no-patch', format, `-L${part}:${place.path}`, range)) || undefined;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}
