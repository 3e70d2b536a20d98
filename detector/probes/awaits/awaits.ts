import { promiseHooks } from 'node:v8';
import type { Causes } from '../../origin/scheduled-by.ts';
import { StackAllowance } from '../../origin/level.ts';
import { currentOwner, isRunnerAtWork, nextSerial } from '../../origin/owner.ts';
import type { Leftover, Probe, Window } from '../probe.ts';
import type { Frame } from '../../origin/frame.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { PendingWaits, type Origin, type Wait } from './await-origin.ts';

/** A suspended async function of the user. */
export interface SuspendedAwait extends Leftover {
  readonly kind: 'await';
  readonly frame: Frame;
  readonly serial: number;
  readonly origin: Origin;
}

const depth = 24;

/**
 * Async functions of the user that are suspended at an `await`.
 *
 * V8's promise hook tells of the promise it makes for each `await`, on the stack of the function that
 * awaits, and again before that function goes on. What was entered and never left is suspended. A wait
 * whose promise was collected while pending can never end: that is a proof, given by
 * {@link AwaitProbe.letGo} and a collection. Does not see promises that nobody awaits, and shows no
 * await of Node's or a package's own code.
 */
export class AwaitProbe implements Probe {
  readonly name = 'awaits';
  readonly allowance = new StackAllowance(500);
  readonly #waits = new Set<Wait>();
  #byPromise = new WeakMap<object, Wait>();
  /** Where promises without a parent were made: by `new Promise`, by a call of an async function, by Node. */
  #made = new WeakMap<object, Capture>();
  readonly #causes: Causes;
  #stop: (() => void) | undefined;
  /** When it withdrew for the last time; what a scope that is older waits for is not known. */
  withdrewAt = 0;

  /** @param causes is told which reaction runs */
  constructor(causes: Causes) {
    this.#causes = causes;
  }

  /** Also when it had withdrawn, and there are stacks again. */
  start(): void {
    if (this.#stop) return;
    const init = (promise: object, parent: object | undefined): void => {
      if (isRunnerAtWork()) return;
      if (!this.allowance.take()) this.#withdraw();
      else if (parent === undefined) this.#made.set(promise, new Capture(depth, undefined, init));
      else this.#note(promise, parent, init);
    };
    const over = (promise: object): void => {
      const wait = this.#byPromise.get(promise);
      if (wait) this.#waits.delete(wait);
    };
    const before = (promise: object): void => {
      over(promise);
      this.#causes.enter(this.#byPromise.get(promise)?.capture);
    };
    const after = (): void => this.#causes.leave();
    this.#stop = promiseHooks.createHook({ init, before, after, settled: over }) as () => void;
  }

  #note(promise: object, awaited: object, below: Callable): void {
    const capture = new Capture(depth, this.#causes.current(), below);
    const wait: Wait = { capture, promise, awaited, serial: nextSerial(), owner: currentOwner() };
    this.#waits.add(wait);
    this.#byPromise.set(promise, wait);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#waits.clear();
    this.#byPromise = new WeakMap();
    this.#made = new WeakMap();
    this.#causes.noReaction();
  }

  /** The mere hook costs half of an await again: without stacks to take, it goes. */
  #withdraw(): void {
    this.stop();
    this.withdrewAt = nextSerial();
  }

  get isWatching(): boolean {
    return this.#stop !== undefined;
  }

  left(window: Window): SuspendedAwait[] {
    const suspended: SuspendedAwait[] = [];
    // asked for by the first that is the user's: mostly there is none
    let pending: PendingWaits | undefined;
    for (const wait of this.#waits) {
      if (!window.includes(wait)) continue;
      const frame = wait.capture.innermost === 'user' ? wait.capture.frames[0] : undefined;
      if (!frame) continue;
      pending ??= this.#pending();
      if (pending.isWrapper(wait, frame)) continue;
      wait.origin ??= pending.originOf(wait);
      suspended.push({
        kind: 'await',
        type: 'async function',
        capture: wait.capture,
        owner: wait.owner,
        evidence: isReachable(wait.origin) ? 'pending' : 'unreachable',
        related: wait.origin.made,
        frame,
        serial: wait.serial,
        origin: wait.origin,
      });
    }
    return suspended;
  }

  /** Whether one of the user's waits can still end, as far as the collector knows. */
  get hasReachable(): boolean {
    return [...this.#waits].some(
      ({ capture, origin }) => capture.innermost === 'user' && origin && isReachable(origin),
    );
  }

  #pending(): PendingWaits {
    return new PendingWaits(this.#waits, this.#byPromise, this.#made);
  }

  /**
   * Lets go of every promise that is waited for, so that the collector can show which of them nobody
   * holds. To be called before a collection; what hangs on them is remembered by where it was made.
   */
  letGo(): void {
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

function isReachable({ weak }: Origin): boolean {
  return weak.some((each) => each.deref() !== undefined);
}
