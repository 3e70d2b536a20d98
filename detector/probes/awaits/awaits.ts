import { inspect } from 'node:util';
import * as v8 from 'node:v8';
import { Guard } from '../../engine/guard.ts';
import { Set, WeakMap } from '../../engine/intrinsics.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { StackAllowance } from '../../origin/level.ts';
import { currentOwner, isRunnerAtWork, nextSerial, type Owner } from '../../origin/owner.ts';
import type { Leftover, Probe, Window } from '../probe.ts';
import type { Frame } from '../../origin/frame.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { Sources } from '../../origin/source.ts';
import { neverSettles } from './never-settles.ts';
import { PendingWaits, type Origin, type Wait } from './await-origin.ts';

/** A suspended async function of the program. */
export interface SuspendedAwait extends Leftover {
  readonly kind: 'await';
  readonly frame: Frame;
  readonly serial: number;
  readonly origin: Origin;
}

const depth = 24;

/**
 * The probe of the program's async functions that are suspended at an `await`.
 *
 * V8's promise hook reports the promise of each `await` twice: on the stack of the function that awaits, and before the
 * function goes on. A function reported once is suspended. If the awaited promise was collected while pending, the wait
 * can never end: {@link AwaitProbe.letGo} and a collection prove it. Does not see promises without an `await`, nor
 * awaits of Node and of packages.
 */
export class AwaitProbe implements Probe {
  readonly name = 'awaits';
  readonly guard = new Guard();
  readonly allowance = new StackAllowance(500);
  readonly #waits = new Set<Wait>();
  #byPromise = new WeakMap<object, Wait>();
  /** The stacks of promises without a parent: made by `new Promise`, by a call of an async function, by Node. */
  #made = new WeakMap<object, Capture>();
  readonly #scheduledBy: ScheduledBy;
  #sources = new Sources();
  #stop: (() => void) | undefined;
  /** The serial at which the probe last withdrew; the waits of older scopes are not known. */
  withdrewAt = 0;

  readonly #isKept: (owner: Owner | undefined) => boolean;

  /**
   * @param scheduledBy learns which promise reaction runs
   * @param isKept whether waits of an owner are kept when the probe withdraws
   */
  constructor(scheduledBy: ScheduledBy, isKept: (owner: Owner | undefined) => boolean = () => false) {
    this.#scheduledBy = scheduledBy;
    this.#isKept = isKept;
  }

  /** Starts recording, also after the probe withdrew and new stacks were allowed. */
  start(): void {
    if (this.#stop) return;
    const { guard } = this;
    const init = (promise: object, parent: object | undefined): void => {
      if (guard.thrown) return;
      try {
        if (isRunnerAtWork()) return;
        if (!this.allowance.take()) this.#withdraw();
        else if (parent === undefined) this.#made.set(promise, new Capture(depth, undefined, init));
        else this.#note(promise, parent, init);
      } catch (error) {
        guard.thrown = { error };
      }
    };
    const settled = (promise: object): void => {
      if (guard.thrown) return;
      try {
        const wait = this.#byPromise.get(promise);
        if (wait) this.#waits.delete(wait);
      } catch (error) {
        guard.thrown = { error };
      }
    };
    const before = (promise: object): void => {
      if (guard.thrown) return;
      try {
        const wait = this.#byPromise.get(promise);
        if (wait) this.#waits.delete(wait);
        this.#scheduledBy.enter(wait?.capture);
      } catch (error) {
        guard.thrown = { error };
      }
    };
    const after = (): void => {
      if (guard.thrown) return;
      try {
        this.#scheduledBy.leave();
      } catch (error) {
        guard.thrown = { error };
      }
    };
    this.#stop = v8.promiseHooks.createHook({ init, before, after, settled }) as () => void;
  }

  #note(promise: object, awaited: object, below: Callable): void {
    const capture = new Capture(depth, this.#scheduledBy.current(), below);
    const wait: Wait = { capture, promise, awaited, serial: nextSerial(), owner: currentOwner() };
    this.#waits.add(wait);
    this.#byPromise.set(promise, wait);
  }

  stop(): void {
    this.#unhook();
    this.#waits.clear();
    this.#byPromise = new WeakMap();
    this.#made = new WeakMap();
    this.#sources = new Sources();
  }

  #unhook(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#scheduledBy.noReaction();
  }

  /** Stops recording when no stacks are left: the hook alone makes an await cost half as much again. */
  #withdraw(): void {
    this.withdrewAt = nextSerial();
    for (const wait of this.#waits) {
      if (this.#isKept(wait.owner)) wait.isUnwatched = true;
      else this.#waits.delete(wait);
    }
    if (this.#waits.size === 0) this.stop();
    else this.#unhook();
  }

  /** Drops the waits that ended while no hook saw it. */
  #dropEnded(): void {
    for (const wait of this.#waits) {
      if (wait.isUnwatched && wait.promise && !isPending(wait.promise)) this.#waits.delete(wait);
    }
  }

  get isWatching(): boolean {
    return this.#stop !== undefined;
  }

  /** Returns the stack on which a promise was made, unless it came from `then` or the probe has let go since. */
  madeAt(promise: object): Capture | undefined {
    return this.#made.get(promise);
  }

  left(window: Window): SuspendedAwait[] {
    const suspended: SuspendedAwait[] = [];
    // built for the first wait that is the user's: mostly there is none
    let pending: PendingWaits | undefined;
    this.#dropEnded();
    for (const wait of this.#waits) {
      if (!window.includes(wait)) continue;
      const frame = wait.capture.innermost === 'user' ? wait.capture.frames[0] : undefined;
      if (!frame) continue;
      pending ??= this.#pending();
      if (pending.isWrapper(wait, frame)) continue;
      const origin = (wait.origin ??= pending.originOf(wait));
      suspended.push({
        kind: 'await',
        type: 'async function',
        capture: wait.capture,
        owner: wait.owner,
        evidence: isReachable(origin) ? 'pending' : 'unreachable',
        related: origin.made,
        frame,
        serial: wait.serial,
        origin,
        facts: () => (neverSettles(frame, origin, this.#sources) ? { neverSettles: true } : {}),
      });
    }
    return suspended;
  }

  /** True if one of the user's waits can still end, as far as the collector has shown. */
  get hasReachable(): boolean {
    return [...this.#waits].some(
      ({ capture, origin }) => capture.innermost === 'user' && origin && isReachable(origin),
    );
  }

  #pending(): PendingWaits {
    return new PendingWaits(this.#waits, this.#byPromise, this.#made);
  }

  /**
   * Lets go of every awaited promise, so that a collection shows which of them nothing else holds.
   *
   * The origin of each wait is kept.
   */
  letGo(): void {
    this.#dropEnded();
    const pending = this.#pending();
    for (const wait of this.#waits) {
      // an unread stack holds closures, and these may hold the promise
      void wait.capture.frames;
      wait.origin ??= pending.originOf(wait);
      for (const made of wait.origin.made) void made.frames;
    }
    for (const wait of this.#waits) {
      wait.promise = undefined;
      wait.awaited = undefined;
    }
    this.#made = new WeakMap();
  }
}

/** Reports whether a native promise is pending, which only its text shows. */
export function isPending(promise: object): boolean {
  return /^Promise \{\s+<pending>/.test(inspect(promise, { depth: 0 }));
}

function isReachable({ lives }: Origin): boolean {
  return lives.some(({ isOver }) => !isOver);
}
