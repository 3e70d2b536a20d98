import { Map } from '../../engine/intrinsics.ts';
import { now } from '../../engine/real-clock.ts';
import { currentOwner, isOfRunner, lastActivity } from '../../origin/owner.ts';
import type { Birth, Leftover, Window } from '../probe.ts';
import type { Capture } from '../../origin/capture.ts';
import type { Trait } from './handle-types.ts';

/** The ms after which work counts as stuck, on a pipe or on a file system that does not answer. */
export const longestInTransit = 2000;

interface Work extends Birth {
  readonly type: string;
  /** ms, by the real clock. */
  readonly since: number;
  /** Present for work on a file, unless the allowance was used up. */
  readonly capture?: Capture;
  readonly isOnFile: boolean;
}

/** The work under way that opens or closes something, or reads or writes a file; it ends by itself, or is stuck. */
export class InTransit {
  readonly #work = new Map<number, Work>();
  /** The number of pieces of work that have ended. */
  arrivals = 0;

  begin(id: number, type: string, { isOnFile }: Trait, capture: Capture | undefined): void {
    this.#work.set(id, {
      type,
      since: now(),
      ...(capture && { capture }),
      isOnFile: isOnFile && !isOfRunner(),
      // not counted as activity: a program that polls a file does nothing new
      serial: lastActivity() + 0.5,
      owner: currentOwner(),
    });
  }

  end(id: number): void {
    if (this.#work.delete(id)) this.arrivals += 1;
  }

  clear(): void {
    this.#work.clear();
  }

  /** True while something is being opened or closed. */
  get isBusy(): boolean {
    for (const work of this.#work.values()) if (!isStuck(work)) return true;
    return false;
  }

  /** Returns the work on files that the system does not answer. */
  stuck(window: Window): Leftover[] {
    const left: Leftover[] = [];
    for (const work of this.#work.values()) {
      if (!work.isOnFile || !window.includes(work) || !isStuck(work)) continue;
      const { capture, type, serial, owner } = work;
      if (capture)
        left.push({
          kind: 'request',
          type,
          capture,
          serial,
          owner,
          evidence: 'alive',
          isTheProgramsOwn: true,
        });
      else window.suspect(type, work);
    }
    return left;
  }
}

function isStuck({ since }: Work): boolean {
  return now() - since >= longestInTransit;
}
