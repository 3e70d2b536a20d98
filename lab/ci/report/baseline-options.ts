import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import {
  accept,
  BaselineError,
  fingerprintOf,
  formatBaseline,
  loadBaseline,
  type AcceptedLeak,
  type Baseline,
} from '../../../detector/internal.ts';
import { plural } from '../formats/tell.ts';
import type { Results } from '../formats/results.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { writeWhole } from '../../shared/write-file.ts';

/** Options of all verbs that take a baseline, for `parseArgs`. */
export const baselineOptions = {
  baseline: { type: 'string' },
  accept: { type: 'boolean', default: false },
} as const;

export const baselineHelp = `  --baseline FILE   leaks that are accepted for now; default "baseline" of leaklab.json
  --accept          write today's leaks to the baseline, and take out those that are gone`;

/**
 * Opens the baseline that the options or the project name.
 *
 * @param configured the absolute path from leaklab.json
 * @throws UsageError if the baseline can't be used, or is missing without `--accept`
 */
export function openBaseline(
  {
    baseline: named,
    accept: isWritten,
  }: { readonly baseline?: string | undefined; readonly accept: boolean },
  configured: string | undefined,
): Baseline | undefined {
  if (named !== undefined && !isWritten && !existsSync(named)) {
    throw new UsageError(`no baseline ${JSON.stringify(named)}`, '--accept writes it');
  }
  const file = named === undefined ? configured : resolve(named);
  if (file === undefined) {
    if (!isWritten) return undefined;
    throw new UsageError(
      '--accept without a baseline',
      '--baseline leaks.baseline.json, or "baseline": "leaks.baseline.json" in leaklab.json',
    );
  }
  try {
    return loadBaseline(file);
  } catch (error) {
    if (!(error instanceof BaselineError)) throw error;
    throw new UsageError(error.message, 'fix it, or delete it and write a new one with --accept');
  }
}

/**
 * Writes today's leaks to the baseline. Leaks that were in it keep their date, gone ones are taken out, and those of
 * tests that were not watched stay.
 *
 * @param before the baseline before the tests ran, which may have written to it
 * @returns the new baseline, and a line about the changes
 * @throws UsageError if the file can't be written
 */
export function acceptInto(
  baseline: Baseline,
  { causes, tolerated, fixed }: Results,
  before = baseline,
): { readonly baseline: Baseline; readonly told: string } {
  const folder = dirname(baseline.file);
  const known = new Map(baseline.leaks.map((leak) => [leak.fingerprint, leak]));
  const gone = new Set(fixed.map(({ fingerprint }) => fingerprint));
  const seen = new Map<string, AcceptedLeak>();
  for (const { finding, seen: tests } of [...causes, ...tolerated]) {
    const isNew = causes.some((cause) => cause.finding === finding);
    const entryBefore = known.get(fingerprintOf(finding, folder));
    if (!isNew && !entryBefore) continue;
    const files = [
      ...tests.map(({ file }) => file),
      ...(entryBefore?.in ?? []).map((path) => resolve(folder, path)),
    ];
    const entry = accept(finding, folder, files, entryBefore?.since);
    seen.set(entry.fingerprint, entry);
  }
  const kept = baseline.leaks.filter(({ fingerprint }) => !seen.has(fingerprint) && !gone.has(fingerprint));
  const leaks = [...kept, ...seen.values()];
  writeWhole(baseline.file, formatBaseline(leaks));
  const old = new Set(before.leaks.map(({ fingerprint }) => fingerprint));
  const added = leaks.filter(({ fingerprint }) => !old.has(fingerprint)).length;
  const name = relative(process.cwd(), baseline.file) || baseline.file;
  return {
    baseline: { file: baseline.file, leaks },
    told: `${name}: ${leaks.length} ${plural(leaks.length, 'leak')} accepted, ${added} of them new; ${gone.size} taken out`,
  };
}
