import { mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '../engine/error-message.ts';
import { BaselineError, formatBaseline, loadBaseline, type AcceptedLeak, type Baseline } from './baseline.ts';
import { whileLocked } from './file-lock.ts';

/**
 * Adds entries to a baseline file, while other processes may do the same.
 *
 * @param file absolute; made if it is missing
 * @returns the whole baseline
 * @throws {@link BaselineError} if the file can't be used or written
 */
export function acceptLeaks(file: string, entries: readonly AcceptedLeak[]): Baseline {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return whileLocked(`${file}.lock`, () => {
      const { leaks: known } = loadBaseline(file);
      const leaks = mergedLeaks(known, entries);
      const text = formatBaseline(leaks);
      if (text !== formatBaseline(known)) writeWhole(file, text);
      return { file, leaks };
    });
  } catch (error) {
    if (error instanceof BaselineError) throw error;
    throw new BaselineError(file, `can't be written: ${messageOf(error)}`);
  }
}

/** Merges entries by fingerprint: the first date holds, and all test files that leaked it are listed. */
export function mergedLeaks(...lists: readonly (readonly AcceptedLeak[])[]): AcceptedLeak[] {
  const merged = new Map<string, AcceptedLeak>();
  for (const entry of lists.flat()) {
    const known = merged.get(entry.fingerprint) ?? entry;
    const since = entry.since < known.since ? entry.since : known.since;
    const seenIn = [...new Set([...known.in, ...entry.in])].toSorted();
    merged.set(entry.fingerprint, { ...known, since, in: seenIn });
  }
  return [...merged.values()];
}

/** Writes a file whole or not at all. */
function writeWhole(file: string, text: string): void {
  const { threadId } = process.getBuiltinModule('node:worker_threads');
  const beside = `${file}.${process.pid}-${threadId}.tmp`;
  try {
    writeFileSync(beside, text);
    renameSync(beside, targetOf(file));
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Returns the file behind a link, which is not replaced. */
function targetOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
