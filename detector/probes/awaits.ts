import { promiseHooks } from 'node:v8';
import type { Causes } from '../causes.ts';
import { currentOwner, nextSerial } from '../owner.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Frame } from '../stack.ts';

/**
 * One promise that hangs on another: the one V8 makes for an `await`, or the one `then` returns.
 * Which of both it is shows in the stack alone: above `then` stands the engine, above `await` the user.
 */
interface Wait extends Birth {
  readonly capture: Capture;
  /** Both held strongly until {@link AwaitProbe.letGo}. */
  promise: object | undefined;
  awaited: object | undefined;
  /** What is known of the awaited promise, worked out before it is let go. */
  origin?: Origin;
}

/** Where a wait ends that follows `then` and `Promise.all` down to the promises nobody has settled. */
export interface Origin {
  /** Stacks on which these promises were made. */
  readonly made: readonly Capture[];
  /** The user's async functions whose results they are, by {@link Frame.functionId}. */
  readonly functions: readonly string[];
  readonly weak: readonly WeakRef<object>[];
}

/** A suspended async function of the user. */
export interface SuspendedAwait extends Leftover {
  readonly kind: 'await';
  readonly frame: Frame;
  readonly serial: number;
  readonly origin: Origin;
}

const depth = 24;
const combinators = new Set(['all', 'allSettled', 'race', 'any']);

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
  readonly #waits = new Set<Wait>();
  #byPromise = new WeakMap<object, Wait>();
  /** Where promises without a parent were made: by `new Promise`, by a call of an async function, by Node. */
  #made = new WeakMap<object, Capture>();
  readonly #causes: Causes;
  #stop: (() => void) | undefined;

  /** @param causes is told which reaction runs */
  constructor(causes: Causes) {
    this.#causes = causes;
  }

  start(): void {
    const init = (promise: object, parent: object | undefined): void => {
      if (parent === undefined) {
        this.#made.set(promise, new Capture(depth, undefined, init));
        return;
      }
      const wait: Wait = {
        capture: new Capture(depth, this.#causes.current(), init),
        promise,
        awaited: parent,
        serial: nextSerial(),
        owner: currentOwner(),
      };
      this.#waits.add(wait);
      this.#byPromise.set(promise, wait);
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

  stop(): void {
    this.#stop?.();
    this.#waits.clear();
    this.#byPromise = new WeakMap();
    this.#made = new WeakMap();
  }

  left(window: Window): SuspendedAwait[] {
    const suspended: SuspendedAwait[] = [];
    for (const wait of this.#waits) {
      const frame = wait.capture.innermost === 'user' ? wait.capture.frames[0] : undefined;
      if (!frame || !window.includes(wait) || this.#isWrapper(wait, frame)) continue;
      wait.origin ??= this.#originOf(wait);
      suspended.push({
        kind: 'await',
        type: 'async function',
        capture: wait.capture,
        owner: wait.owner,
        evidence: wait.origin.weak.every((weak) => weak.deref() === undefined) ? 'unreachable' : 'pending',
        related: wait.origin.made,
        frame,
        serial: wait.serial,
        origin: wait.origin,
      });
    }
    return suspended;
  }

  /**
   * Lets go of every promise that is waited for, so that the collector can show which of them nobody
   * holds. To be called before a collection; what hangs on them is remembered by where it was made.
   */
  letGo(): void {
    for (const wait of this.#waits) {
      // an unread stack holds closures, and these may hold the promise
      void wait.capture.frames;
      wait.origin ??= this.#originOf(wait);
      for (const made of wait.origin.made) void made.frames;
    }
    for (const wait of this.#waits) {
      wait.promise = undefined;
      wait.awaited = undefined;
    }
    this.#made = new WeakMap();
  }

  /** `await` of a thenable makes two promises, one around the thenable and one for the wait. */
  #isWrapper(wait: Wait, frame: Frame): boolean {
    if (wait.promise === undefined) return false;
    for (const other of this.#waits) {
      if (other === wait || other.awaited !== wait.promise || other.capture.innermost !== 'user') continue;
      const top = other.capture.frames[0];
      if (top && top.functionId === frame.functionId && top.line === frame.line) {
        this.#waits.delete(wait);
        return true;
      }
    }
    return false;
  }

  #originOf(wait: Wait): Origin {
    const made: Capture[] = [];
    const functions: string[] = [];
    const weak: WeakRef<object>[] = [];
    const seen = new Set<object>();
    const follow = (promise: object | undefined): void => {
      if (!promise || seen.has(promise)) return;
      seen.add(promise);
      const above = this.#byPromise.get(promise);
      if (above?.awaited && above.capture.innermost === 'engine') {
        follow(above.awaited);
        return;
      }
      weak.push(new WeakRef(promise));
      const capture = this.#made.get(promise);
      if (!capture) return;
      made.push(capture);
      const top = capture.frames[0];
      if (!top) return;
      if (top.author === 'user') functions.push(top.functionId);
      else if (top.author === 'engine' && combinators.has(top.function)) {
        for (const element of this.#elementsOf(capture)) follow(element);
      }
    };
    follow(wait.awaited);
    return { made, functions, weak };
  }

  /** What was handed to a `Promise.all`: it calls `then` on each, on the stack on which it makes its own promise. */
  #elementsOf(combinator: Capture): object[] {
    const [top, caller] = combinator.frames;
    const elements: object[] = [];
    for (const wait of this.#waits) {
      if (wait.awaited === undefined || wait.capture.innermost !== 'engine') continue;
      const [then, by, user] = wait.capture.frames;
      const sameCall =
        then?.function === 'then' &&
        by?.function === top?.function &&
        user?.functionId === caller?.functionId &&
        user?.line === caller?.line &&
        user?.column === caller?.column;
      if (sameCall) elements.push(wait.awaited);
    }
    return elements;
  }
}
