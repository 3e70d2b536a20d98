import fs from 'node:fs';
import { Guard } from '../../engine/guard.ts';
import { apply, chain, Map } from '../../engine/intrinsics.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { currentOwner, nextSerial } from '../../origin/owner.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { Patches } from '../../engine/patches.ts';
import { keepSwitch } from '../../engine/switches.ts';
import { descriptors } from './open-descriptors.ts';
import { callReal } from '../../origin/real-call.ts';

interface Opened extends Birth {
  readonly type: string;
  readonly capture: Capture;
  /** The device and inode, which tell a reused number from the old file. */
  readonly identity: string;
  /** Kept, so that our collections close no handle that the program forgot. */
  readonly handle?: object;
}

const depth = 40;

/**
 * The probe of file descriptors: opened by number, as a stream, or as a FileHandle.
 *
 * libuv has no handle for them, so they keep nothing alive and no other tool sees them. The operating system says
 * (`fstat`) whether one is still open. The line comes from `fs.open`, `fs.openSync` and `fs.promises.open`, which are
 * patched while the probe runs. Does not see descriptors opened by native code; another probe does.
 */
export class DescriptorProbe implements Probe {
  readonly name = 'descriptors';
  readonly guard = new Guard();
  readonly #opened = new Map<number, Opened>();
  readonly #scheduledBy: ScheduledBy;
  readonly #patches = new Patches();

  /** @param scheduledBy says what scheduled the current turn */
  constructor(scheduledBy: ScheduledBy) {
    this.#scheduledBy = scheduledBy;
  }

  preload(): void {
    for (const name of ['open', 'openSync']) keepSwitch(fs, name);
    keepSwitch(fs.promises, 'open');
  }

  start(): void {
    const capture = this.guard.hook(
      (below: Callable): Capture => new Capture(depth, this.#scheduledBy.current(), below),
    );
    const note = this.guard.hook(this.#note.bind(this));
    this.#patches.exported(fs, 'open', (real) => {
      return function open(this: unknown, ...args: unknown[]): unknown {
        const taken = capture(open);
        const callback = args[args.length - 1];
        if (typeof callback === 'function') {
          args[args.length - 1] = function noteAndCall(this: unknown, error: unknown, fd: unknown): void {
            if (typeof fd === 'number') note(fd, 'fs.open', taken);
            apply(callback, this, [error, fd]);
          };
        }
        return callReal(real, this, args);
      };
    });
    this.#patches.exported(fs, 'openSync', (real) => {
      return function openSync(this: unknown, ...args: unknown[]): unknown {
        const fd = callReal(real, this, args);
        if (typeof fd === 'number') note(fd, 'fs.openSync', capture(openSync));
        return fd;
      };
    });
    this.#patches.exported(fs.promises, 'open', (real) => {
      return function open(this: unknown, ...args: unknown[]): unknown {
        const taken = capture(open);
        // no `await` here: a wait of ours must not come between the program's wait and the file
        return chain(callReal(real, this, args) as Promise<fs.promises.FileHandle>, (handle) => {
          note(handle.fd, 'FileHandle', taken, handle);
          return handle;
        });
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#opened.clear();
  }

  #note(fd: number, type: string, capture: Capture | undefined, handle?: object): void {
    if (!capture) return;
    const identity = descriptors.identityOf(fd) ?? '';
    this.#opened.set(fd, {
      type,
      capture,
      identity,
      serial: nextSerial(),
      owner: currentOwner(),
      ...(handle && { handle }),
    });
  }

  /** Reports whether a watched call has opened the descriptor. */
  isKnown(fd: number): boolean {
    return this.#opened.has(fd);
  }

  left(window: Window): Leftover[] {
    if (this.#opened.size === 0) return [];
    const left: Leftover[] = [];
    for (const [fd, opened] of this.#opened) {
      if (descriptors.identityOf(fd) !== opened.identity) this.#opened.delete(fd);
      else if (window.includes(opened)) {
        const { type, capture, owner, serial, handle, identity } = opened;
        left.push({
          kind: 'fd',
          type,
          capture,
          owner,
          serial,
          evidence: 'alive',
          facts: () => ({ path: descriptors.nameOf(fd) }),
          isOpen: () => descriptors.identityOf(fd) === identity,
          ...(handle && { subject: handle }),
        });
      }
    }
    return left;
  }
}
