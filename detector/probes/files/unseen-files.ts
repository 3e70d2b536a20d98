import { realpathSync } from 'node:fs';
import { Guard } from '../../engine/guard.ts';
import { Map, Set } from '../../engine/intrinsics.ts';
import { now } from '../../engine/real-clock.ts';
import type { Level } from '../../origin/level.ts';
import { lastActivity } from '../../origin/owner.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture } from '../../origin/capture.ts';
import { descriptors as ofThisProcess, type Descriptors } from './open-descriptors.ts';

interface Seen extends Birth {
  readonly identity: string;
  /** The moment when the file was first seen, in ms. */
  readonly since: number;
}

/** The ms for which a file must be open to count: Node and native code close sooner what they read at once. */
const longEnough = 50;

/** The end of the names of the files that SQLite opens beside its database, perhaps long after it. */
const besideDatabase = /-(?:wal|shm|journal)$/;

/** The files that other probes answer for, and what disturbs a look at this moment. */
export interface KnownFiles {
  /** Reports whether JavaScript opened this descriptor by a watched call. */
  isKnown(fd: number): boolean;
  /** Returns the beginnings of paths that another probe answers for. */
  paths(): readonly string[];
  /** Returns the paths of the folders that another probe answers for. */
  folders(): readonly string[];
  /** Reports whether a worker runs: its files are the process's too. */
  hasWorkers(): boolean;
  /** Reports whether Node has a file open for a moment, to read it. */
  isBusy(): boolean;
}

/**
 * The probe of open files and folders that no watched call opened.
 *
 * Native code opened them, such as an addon's database, or a reference to `fs.open` taken before the probes began. Such
 * a file has a path and no line. Only Linux shows paths; elsewhere the owner of a file could not be known, and the
 * probe does not look.
 *
 * Files open when a scope begins are older than it. A look costs some 90 µs, nine times a scope of level `light`: where
 * a preload sees the functions that a program takes at load, only scopes of level `full` look. Sees
 * nothing in a worker, or while this thread's workers run: descriptors belong to the process, and another thread
 * may have opened them.
 */
export class UnseenFileProbe implements Probe {
  readonly name = 'unseen files';
  readonly guard = new Guard();
  readonly #known: KnownFiles;
  readonly #descriptors: Descriptors;
  readonly #seen = new Map<number, Seen>();
  #hasLooked = false;
  /** True where functions that the program takes before its first scope are watched. */
  isPreloaded = false;

  /** @param descriptors those of this process; tests pass another system's */
  constructor(known: KnownFiles, descriptors = ofThisProcess) {
    this.#known = known;
    this.#descriptors = descriptors;
  }

  start(): void {}

  /** Marks the unexplained files that are open now as older than the scope that begins. */
  began(level: Level): void {
    if (!this.#descriptors.hasNames || (level !== 'full' && this.isPreloaded)) return;
    // between the last serial recorded before the scope and the scope's own
    this.#look(this.#hasLooked ? lastActivity() - 0.5 : 0);
    this.#hasLooked = true;
  }

  stop(): void {
    this.#seen.clear();
    this.#hasLooked = false;
  }

  /** True while some file is too new to know whether it stays open. */
  get isUnsure(): boolean {
    return this.#unseen().some(({ serial, since }) => serial > 0 && now() - since < longEnough);
  }

  left(window: Window): Leftover[] {
    return this.#unseen()
      .filter((file) => window.includes(file) && now() - file.since >= longEnough)
      .map(({ serial, path }): Leftover => {
        // the line is not known
        const capture = new Capture(0);
        const about = { kind: 'fd', type: 'descriptor', evidence: 'alive' } as const;
        return { ...about, capture, owner: undefined, serial, facts: () => ({ path }) };
      });
  }

  /** Returns the open files that no other probe answers for. */
  #unseen(): (Seen & { readonly path: string })[] {
    if (!this.#hasLooked || this.#known.hasWorkers() || this.#known.isBusy()) return [];
    if (!process.getBuiltinModule('node:worker_threads').isMainThread) return [];
    this.#look(lastActivity() + 0.5);
    const found = [...this.#seen]
      .filter(([fd]) => !this.#known.isKnown(fd) && this.#descriptors.isFileOrFolder(fd))
      .map(([fd, seen]) => ({ ...seen, path: this.#descriptors.nameOf(fd) }));
    if (!found.some(({ serial }) => serial > 0)) return [];
    const all = new Set(found.map(({ path }) => path));
    const paths = this.#known.paths();
    const folders = new Set(this.#known.folders().map(resolved));
    return found.filter(
      ({ path }) =>
        !folders.has(path) &&
        !paths.some((each) => path.startsWith(each)) &&
        !(besideDatabase.test(path) && all.has(path.replace(besideDatabase, ''))),
    );
  }

  #look(serial: number): void {
    const open = this.#descriptors.open();
    for (const fd of open) {
      const identity = this.#descriptors.identityOf(fd);
      if (identity === undefined) this.#seen.delete(fd);
      else if (this.#seen.get(fd)?.identity !== identity)
        this.#seen.set(fd, { identity, serial, since: now(), owner: undefined });
    }
    const still = new Set(open);
    for (const fd of this.#seen.keys()) if (!still.has(fd)) this.#seen.delete(fd);
  }
}

/** Returns the path by which the system lists a folder that the program opened by another. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
