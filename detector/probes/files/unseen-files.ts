import { isMainThread } from 'node:worker_threads';
import { now } from '../../engine/real-clock.ts';
import { lastActivity } from '../../origin/owner.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture } from '../../origin/capture.ts';
import { descriptors as ofThisProcess, type Descriptors } from './open-descriptors.ts';

interface Seen extends Birth {
  readonly identity: string;
  /** When it was first seen, in ms. */
  readonly since: number;
}

/** ms for which a file has to be open: what Node or native code reads at once is closed before. */
const longEnough = 50;

/** What the other probes know of this moment. */
export interface KnownFiles {
  /** Whether somebody has opened this descriptor by JavaScript. */
  isKnown(fd: number): boolean;
  /** Beginnings of paths that somebody answers for. */
  paths(): readonly string[];
  /** Whether a worker runs, whose files are the process's as well. */
  hasWorkers(): boolean;
  /** Whether Node has a file open for a moment, to read it. */
  isBusy(): boolean;
}

/**
 * Regular files that are open and that no watched call has opened: by native code, an addon's database say, or
 * by a reference to `fs.open` that was taken before the probes began.
 *
 * Such a file has a path and no line; where the system tells no path (all but Linux), nobody could say whose it is,
 * and nothing is looked for. What is open when a scope begins is
 * older than it; as looking costs some 50 µs, only scopes of level `full` look. Sees nothing in a worker, or while workers run that this thread
 * has started: descriptors belong to the process, and another thread may have opened them.
 */
export class UnseenFileProbe implements Probe {
  readonly name = 'unseen files';
  readonly #known: KnownFiles;
  readonly #descriptors: Descriptors;
  readonly #seen = new Map<number, Seen>();
  #hasLooked = false;

  /** @param descriptors given by tests, to be another system's */
  constructor(known: KnownFiles, descriptors = ofThisProcess) {
    this.#known = known;
    this.#descriptors = descriptors;
  }

  start(): void {}

  /** A scope of level `full` begins: what nobody has accounted for yet is older. */
  began(): void {
    if (!this.#descriptors.hasNames) return;
    // after all that was recorded before the scope took its number, and before that number
    this.#look(this.#hasLooked ? lastActivity() - 0.5 : 0);
    this.#hasLooked = true;
  }

  stop(): void {
    this.#seen.clear();
    this.#hasLooked = false;
  }

  /** Whether there is a file of which nobody can say yet whether it stays open. */
  get isUnsure(): boolean {
    return this.#unseen().some(({ serial, since }) => serial > 0 && now() - since < longEnough);
  }

  left(window: Window): Leftover[] {
    return this.#unseen()
      .filter((file) => window.includes(file) && now() - file.since >= longEnough)
      .map(({ serial, path }): Leftover => {
        // no line is known of it
        const capture = new Capture(0);
        const about = { kind: 'fd', type: 'descriptor', evidence: 'alive' } as const;
        return { ...about, capture, owner: undefined, serial, facts: () => ({ path }) };
      });
  }

  /** What is open, and nobody answers for. */
  #unseen(): (Seen & { readonly path: string })[] {
    if (!this.#hasLooked || !isMainThread || this.#known.hasWorkers() || this.#known.isBusy()) return [];
    this.#look(lastActivity() + 0.5);
    const paths = this.#known.paths();
    return [...this.#seen]
      .filter(([fd]) => !this.#known.isKnown(fd) && this.#descriptors.isRegularFile(fd))
      .map(([fd, seen]) => ({ ...seen, path: this.#descriptors.nameOf(fd) }))
      .filter(({ path }) => !paths.some((each) => path.startsWith(each)));
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
