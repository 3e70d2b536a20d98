import fs, { Dir } from 'node:fs';
import { Guard } from '../../engine/guard.ts';
import { apply, chain, Map } from '../../engine/intrinsics.ts';
import { currentOwner, nextSerial } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import { keepSwitch } from '../../engine/switches.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { callReal } from '../../origin/real-call.ts';

interface OpenedDirectory extends Birth {
  readonly capture: Capture;
  /** Kept, so that our collections close no folder that the program forgot. */
  readonly directory: Dir;
}

const depth = 40;

/**
 * The probe of folders opened by `opendir` and not closed.
 *
 * An iteration closes its folder, at the end or on `break`; a program that reads by hand must close it. A Dir does not
 * say whether it is closed, so closing is watched too: every way, iteration included, goes through `close` or
 * `closeSync`.
 */
export class DirectoryProbe implements Probe {
  readonly name = 'directories';
  readonly guard = new Guard();
  readonly #opened = new Map<object, OpenedDirectory>();
  readonly #patches = new Patches();

  preload(): void {
    for (const name of ['opendir', 'opendirSync']) keepSwitch(fs, name);
    keepSwitch(fs.promises, 'opendir');
  }

  start(): void {
    const note = this.guard.hook((directory: unknown, capture: Capture | undefined): void => {
      if (!(directory instanceof Dir) || !capture) return;
      this.#opened.set(directory, { directory, capture, serial: nextSerial(), owner: currentOwner() });
    });
    const taken = this.guard.hook((below: Callable): Capture => new Capture(depth, undefined, below));
    this.#patches.exported(fs, 'opendirSync', (real) => {
      return function opendirSync(this: unknown, ...args: unknown[]): unknown {
        const directory = callReal(real, this, args);
        note(directory, taken(opendirSync));
        return directory;
      };
    });
    this.#patches.exported(fs, 'opendir', (real) => {
      return function opendir(this: unknown, ...args: unknown[]): unknown {
        const capture = taken(opendir);
        const callback = args[args.length - 1];
        if (typeof callback === 'function') {
          args[args.length - 1] = function noteAndCall(this: unknown, ...results: unknown[]): void {
            note(results[1], capture);
            apply(callback, this, results);
          };
        }
        return callReal(real, this, args);
      };
    });
    this.#patches.exported(fs.promises, 'opendir', (real) => {
      return function opendir(this: unknown, ...args: unknown[]): unknown {
        const capture = taken(opendir);
        return chain(callReal(real, this, args) as Promise<Dir>, (directory) => {
          note(directory, capture);
          return directory;
        });
      };
    });
    const opened = this.#opened;
    for (const name of ['close', 'closeSync'] as const) {
      this.#patches.method(Dir.prototype, name, (real) => {
        return function close(this: unknown, ...args: unknown[]): unknown {
          if (this instanceof Dir) opened.delete(this);
          return callReal(real, this, args);
        };
      });
    }
  }

  stop(): void {
    this.#patches.undo();
    this.#opened.clear();
  }

  /** The paths of the folders that are open, by which their descriptors are known. */
  get paths(): readonly string[] {
    return [...this.#opened.values()].map(({ directory }) => directory.path);
  }

  left(window: Window): Leftover[] {
    return [...this.#opened.values()]
      .filter((opened) => window.includes(opened))
      .map(({ capture, owner, serial, directory }) => ({
        kind: 'fd',
        type: 'Dir',
        capture,
        owner,
        serial,
        evidence: 'alive',
        facts: () => ({ path: directory.path }),
        subject: directory,
      }));
  }

  letGo(): void {
    for (const { capture } of this.#opened.values()) void capture.frames;
  }
}
