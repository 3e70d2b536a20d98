import fs from 'node:fs';
import { resolve } from 'node:path';
import { Guard } from '../../engine/guard.ts';
import { apply, chain, Map, Set } from '../../engine/intrinsics.ts';
import { keepSwitch } from '../../engine/switches.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { currentOwner, isOfRunner, nextSerial } from '../../origin/owner.ts';
import { Patches, type Method } from '../../engine/patches.ts';
import type { AsCause, Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { callReal } from '../../origin/real-call.ts';

interface Made extends Birth {
  /** The name of the function that made it. */
  readonly type: string;
  readonly capture: Capture;
}

const depth = 40;
// the disposable ones exist from Node 24.4 on
const names = ['mkdtemp', 'mkdtempSync', 'mkdtempDisposableSync'].filter((name) => name in fs);
const namesOfPromises = ['mkdtemp', 'mkdtempDisposable'].filter((name) => name in fs.promises);
/** The words in the source of an exit listener that may remove the folders. */
const removing = /rm|unlink|clean|remove|dispos|delet|tear/i;

/** Drops folders that a package has made: packages remove theirs when they see fit, at the exit for example. */
const asCause: AsCause = (folder) => (folder.capture.caller?.author === 'package' ? undefined : folder);

/**
 * The probe of temporary folders that stay on the disk: those of `mkdtemp` and its variants.
 *
 * No handle and no descriptor shows them. So the calls that make them are patched while the probe runs, and a check
 * asks the file system for each path. Does not report a folder that a listener for the exit of the process may remove.
 */
export class TemporaryFolderProbe implements Probe {
  readonly name = 'temporary folders';
  readonly guard = new Guard();
  readonly #made = new Map<string, Made>();
  readonly #scheduledBy: ScheduledBy;
  readonly #patches = new Patches();
  #exitListeners: ReadonlySet<unknown> = new Set();

  /** @param scheduledBy says what scheduled the current turn */
  constructor(scheduledBy: ScheduledBy) {
    this.#scheduledBy = scheduledBy;
  }

  preload(): void {
    for (const name of names) keepSwitch(fs, name);
    for (const name of namesOfPromises) keepSwitch(fs.promises, name);
  }

  start(): void {
    this.#exitListeners = new Set(process.listeners('exit'));
    const capture = this.guard.hook(
      (below: Callable): Capture => new Capture(depth, this.#scheduledBy.current(), below),
    );
    const note = this.guard.hook(this.#note.bind(this));
    const ofSync = (real: Method): Method =>
      function mkdtempSync(this: unknown, ...args: unknown[]): unknown {
        const made = callReal(real, this, args);
        note(made, real.name, capture(mkdtempSync));
        return made;
      };
    const ofCallback = (real: Method): Method =>
      function mkdtemp(this: unknown, ...args: unknown[]): unknown {
        const taken = capture(mkdtemp);
        const callback = args[args.length - 1];
        if (typeof callback === 'function') {
          args[args.length - 1] = function noteAndCall(this: unknown, ...results: unknown[]): void {
            note(results[1], real.name, taken);
            apply(callback, this, results);
          };
        }
        return callReal(real, this, args);
      };
    const ofPromises = (real: Method): Method =>
      function mkdtemp(this: unknown, ...args: unknown[]): unknown {
        const taken = capture(mkdtemp);
        return chain(callReal(real, this, args) as Promise<unknown>, (made) => {
          note(made, real.name, taken);
          return made;
        });
      };
    for (const name of names) this.#patches.exported(fs, name, name.endsWith('Sync') ? ofSync : ofCallback);
    for (const name of namesOfPromises) this.#patches.exported(fs.promises, name, ofPromises);
  }

  stop(): void {
    this.#patches.undo();
    this.#made.clear();
    this.#exitListeners = new Set();
  }

  #note(made: unknown, type: string, capture: Capture | undefined): void {
    const path = pathOf(made);
    if (path === undefined || !capture || isOfRunner()) return;
    this.#made.set(path, { type, capture, serial: nextSerial(), owner: currentOwner() });
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    for (const [path, made] of this.#made) {
      if (!window.includes(made)) continue;
      if (!isThere(path)) {
        this.#made.delete(path);
        continue;
      }
      left.push({
        kind: 'folder',
        ...made,
        evidence: 'alive',
        asCause,
        facts: () => ({ path }),
      });
    }
    return left.length > 0 && this.#mayGoAtExit() ? [] : left;
  }

  /** Reports whether the program has a listener for its exit that reads as if it removed something. */
  #mayGoAtExit(): boolean {
    return process
      .listeners('exit')
      .some(
        (each) => !this.#exitListeners.has(each) && removing.test(Function.prototype.toString.call(each)),
      );
  }

  letGo(): void {
    for (const { capture } of this.#made.values()) void capture.frames;
  }
}

/** Returns the absolute path of a new folder, which `mkdtempDisposable` gives in an object. */
function pathOf(made: unknown): string | undefined {
  const path: unknown = typeof made === 'object' && made !== null && 'path' in made ? made.path : made;
  if (typeof path === 'string') return resolve(path);
  return Buffer.isBuffer(path) ? resolve(path.toString()) : undefined;
}

function isThere(path: string): boolean {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
