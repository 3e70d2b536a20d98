import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getEnvironmentData, isMainThread, setEnvironmentData, threadId } from 'node:worker_threads';
import { isThere } from '../../engine/is-there.ts';
import type { Site } from '../../finding.ts';
import type { Kind } from '../../kinds.ts';

/** The environment variable that names the folder of the process that started this one. */
export const familyVariable = 'LEAKLAB_FAMILY';

/** A leak in short. */
export interface ShortLeak {
  readonly kind: Kind;
  readonly count: number;
  readonly site?: Pick<Site, 'file' | 'line'>;
}

/** The account that a process or a thread gives of itself. */
export interface Account {
  /** The absolute path of the program. */
  readonly program: string;
  readonly leaks: readonly ShortLeak[];
  /** False while the program goes on: it was idle, and may yet clean up. */
  readonly isOver: boolean;
}

const account = 'account.json';

/**
 * The folders by which processes learn of the leaks of those that they started: a process makes one in its parent's,
 * a thread one in its process's. Exit codes don't suffice, because many test runners ignore those of their workers.
 *
 * The folder of the process that was started first is in the system's folder for temporary files, and goes with it.
 */
export class Family {
  readonly #folder: string | undefined;
  /** True for the process that was started first. */
  readonly isFirst: boolean;

  private constructor(folder: string | undefined, isFirst: boolean) {
    this.#folder = folder;
    this.isFirst = isFirst;
  }

  /** Joins the family of the process that started this one; without one, or a disk to write on, begins another. */
  static join(): Family {
    const around = isMainThread ? process.env[familyVariable] : getEnvironmentData(familyVariable);
    const parent = typeof around === 'string' && isThere(around) ? around : undefined;
    if (!isMainThread && parent === undefined) return new Family(undefined, false);
    const folder = folderIn(parent);
    if (isMainThread && folder !== undefined) {
      process.env[familyVariable] = folder;
      setEnvironmentData(familyVariable, folder);
    }
    return new Family(folder, parent === undefined);
  }

  /** Notes for the ancestors what this process or thread found. */
  note(found: Account): void {
    if (this.isFirst || this.#folder === undefined) return;
    try {
      writeFileSync(join(this.#folder, account), JSON.stringify(found));
    } catch {
      // the process that was started first has ended, and its folder is gone
    }
  }

  /** Reports whether this process, a child of this process or a thread of it is watched. */
  hasMember(name: string): boolean {
    return this.#folder !== undefined && isThere(join(this.#folder, name));
  }

  /** Returns what the processes and threads below this one noted. */
  accounts(): Account[] {
    return this.#folder === undefined ? [] : accountsBelow(this.#folder);
  }

  /** Removes the folders, if this process was started first. */
  end(): void {
    if (!this.isFirst || this.#folder === undefined) return;
    try {
      rmSync(this.#folder, { recursive: true, force: true });
    } catch {
      // a process that lives longer writes there
    }
  }
}

/** Returns the name of the folder of a thread. */
export function threadName(id: number): string {
  return `thread-${id}`;
}

function folderIn(parent: string | undefined): string | undefined {
  try {
    if (parent === undefined) return mkdtempSync(join(tmpdir(), 'leaklab-family-'));
    const folder = join(parent, isMainThread ? String(process.pid) : threadName(threadId));
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch {
    return undefined;
  }
}

function accountsBelow(folder: string): Account[] {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter(({ name, parentPath }) => name === account && parentPath !== folder)
      .map(({ parentPath }) => JSON.parse(readFileSync(join(parentPath, account), 'utf8')) as Account);
  } catch {
    // a process was killed while it wrote
    return [];
  }
}
