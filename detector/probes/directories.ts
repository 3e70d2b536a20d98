import fs, { Dir, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { currentOwner, nextSerial } from '../owner.ts';
import { Patches } from '../patch.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../stack.ts';

interface OpenedDirectory extends Birth {
  readonly capture: Capture;
  readonly path: string;
  /** Kept, so that no collection of ours closes a folder that the program forgot. */
  readonly directory: Dir;
}

const depth = 40;

/**
 * Folders opened by `opendir` and not closed: read to their end or left by `break`, they close themselves;
 * read by hand, they don't.
 *
 * A Dir does not tell whether it is closed, so the descriptors that the operating system has open for its
 * path are counted; where one of several for the same path is left, the last one opened is named. Linux only.
 */
export class DirectoryProbe implements Probe {
  readonly name = 'directories';
  readonly #opened = new Set<OpenedDirectory>();
  /** Descriptors of folders that were open before, by path. */
  #before: ReadonlyMap<string, number> = new Map();
  readonly #patches = new Patches();

  start(): void {
    this.#before = openPaths();
    const note = (directory: unknown, capture: Capture): void => {
      if (!(directory instanceof Dir)) return;
      const path = realPathOf(directory.path);
      this.#opened.add({ directory, path, capture, serial: nextSerial(), owner: currentOwner() });
    };
    const taken = (below: Callable): Capture => new Capture(depth, undefined, below);
    this.#patches.method(fs, 'opendirSync', (real) => {
      return function opendirSync(this: unknown, ...args: unknown[]): unknown {
        const directory = Reflect.apply(real, this, args);
        note(directory, taken(opendirSync));
        return directory;
      };
    });
    this.#patches.method(fs, 'opendir', (real) => {
      return function opendir(this: unknown, ...args: unknown[]): unknown {
        const capture = taken(opendir);
        const callback = args.at(-1);
        if (typeof callback === 'function') {
          args[args.length - 1] = function noteAndCall(this: unknown, ...results: unknown[]): void {
            note(results[1], capture);
            Reflect.apply(callback, this, results);
          };
        }
        return Reflect.apply(real, this, args);
      };
    });
    this.#patches.method(fs.promises, 'opendir', (real) => {
      return function opendir(this: unknown, ...args: unknown[]): unknown {
        const capture = taken(opendir);
        return (Reflect.apply(real, this, args) as Promise<Dir>).then((directory) => {
          note(directory, capture);
          return directory;
        });
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#opened.clear();
  }

  left(window: Window): Leftover[] {
    if (this.#opened.size === 0) return [];
    const open = openPaths();
    const left: Leftover[] = [];
    for (const opened of [...this.#opened].toReversed()) {
      const count = (open.get(opened.path) ?? 0) - (this.#before.get(opened.path) ?? 0);
      open.set(opened.path, (open.get(opened.path) ?? 0) - 1);
      if (count <= 0) this.#opened.delete(opened);
      else if (window.includes(opened)) {
        const { capture, owner, path, directory } = opened;
        left.push({
          kind: 'fd',
          type: 'Dir',
          capture,
          owner,
          evidence: 'alive',
          detail: path,
          subject: directory,
        });
      }
    }
    return left.toReversed();
  }

  letGo(): void {
    for (const { capture } of this.#opened) void capture.frames;
  }
}

/** How many descriptors are open for each path. */
function openPaths(): Map<string, number> {
  const paths = new Map<string, number>();
  try {
    for (const fd of readdirSync('/proc/self/fd')) {
      try {
        const path = readlinkSync(`/proc/self/fd/${fd}`);
        paths.set(path, (paths.get(path) ?? 0) + 1);
      } catch {
        // the descriptor that read the list
      }
    }
  } catch {
    // no /proc: nothing can be said
  }
  return paths;
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
