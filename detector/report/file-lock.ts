import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { now } from '../engine/real-clock.ts';

// taken at load, before a test replaces it
const kill = process.kill.bind(process);

const pause = 10;
const longestWait = 20_000;
/** The ms after which a lock without a name is that of a process which was killed before it wrote its name. */
const longestUnnamed = 5000;

/**
 * Runs `work` while no other process or thread does so for the same lock.
 *
 * The lock is a file with the name of its holder; that of a process that has ended is removed.
 *
 * @param lock the path of the file
 * @throws Error if another one holds the lock for too long, or the file can't be written
 */
export function whileLocked<Result>(lock: string, work: () => Result): Result {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const end = now() + longestWait;
  while (!taken(lock)) {
    if (isOrphaned(lock)) removeOrphan(lock);
    else if (now() > end) throw new Error(`${lock} is held by another process: delete it if none runs`);
    // by chance, so that they don't wake at the same time
    else Atomics.wait(cell, 0, 0, pause * (0.5 + Math.random()));
  }
  try {
    return work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Makes the lock; returns false if there is one. */
function taken(lock: string): boolean {
  try {
    writeFileSync(lock, holder(), { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function holder(): string {
  return `${process.pid}@${hostname()}\n`;
}

/** Reports whether the process that made the lock has ended; of another machine's processes nothing is known. */
function isOrphaned(lock: string): boolean {
  const content = contentOf(lock);
  if (content === '') return ageOf(lock) > longestUnnamed;
  const [, pid, host] = /^(\d+)@(.*)\n$/.exec(content) ?? [];
  if (pid === undefined || host !== hostname()) return false;
  try {
    kill(Number(pid), 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** Removes a lock whose process has ended; one process at a time, so that none removes its successor. */
function removeOrphan(lock: string): void {
  const guard = `${lock}.orphan`;
  if (!taken(guard)) {
    if (isOrphaned(guard)) rmSync(guard, { force: true });
    return;
  }
  try {
    if (isOrphaned(lock)) rmSync(lock, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}

/** Returns the ms since a file was written, by the real clock; 0 if there is none. */
function ageOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? performance.timeOrigin + now() - stats.mtimeMs : 0;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
