import { isBuiltinLoaded } from '../engine/builtin-loaded.ts';
import { Guard } from '../engine/guard.ts';
import { define, descriptorOf, getProperty, getPrototypeOf, Set, WeakRef } from '../engine/intrinsics.ts';
import { Patches, type Method } from '../engine/patches.ts';
import { Capture, type Callable } from '../origin/capture.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, mayDepend, nextSerial } from '../origin/owner.ts';
import { callReal } from '../origin/real-call.ts';
import type { ScheduledBy } from '../origin/scheduled-by.ts';
import { isPending } from './awaits/awaits.ts';
import type { AsCause, Birth, Leftover, Probe, Window } from './probe.ts';

/** A call of `navigator.locks.request()`. */
interface Request extends Birth {
  readonly capture: Capture;
  readonly lock: string;
  /** True once the lock was granted, and the callback called. */
  isGranted: boolean;
  /** The call of the callback, if it is an async function. */
  work?: Capture | undefined;
  /** The promise of the call; Node holds it until the lock is free. */
  released?: WeakRef<object>;
}

const depth = 24;
/** The number of requests that are kept before those that have ended are dropped. */
const fewest = 16;

/** The probe of locks of `navigator.locks` that are never released: the promise of their callback never settles. */
export class WebLockProbe implements Probe {
  readonly name = 'locks';
  readonly guard = new Guard();
  readonly allowance = new StackAllowance(500, 0.2);
  readonly #requests = new Set<Request>();
  readonly #scheduledBy: ScheduledBy;
  readonly #callOf: (promise: object) => Capture | undefined;
  readonly #patches = new Patches();
  #manager: object | undefined;
  #enough = fewest;

  /** @param callOf returns the stack on which an async function was called, by its promise */
  constructor(scheduledBy: ScheduledBy, callOf: (promise: object) => Capture | undefined) {
    this.#scheduledBy = scheduledBy;
    this.#callOf = callOf;
  }

  /** Waits for the program to name `navigator.locks`: naming it here would load it. */
  start(): void {
    const prototype = prototypeOf(getProperty(globalThis, 'Navigator'));
    // Node has locks from 24.5 on, and a DOM library puts another class in the global's place
    const real = prototype && descriptorOf(prototype, 'locks')?.get;
    if (!real) return;
    const found = this.guard.hook(this.#found.bind(this));
    if (isBuiltinLoaded('internal/locks')) {
      found(getProperty(globalThis, 'navigator') && getProperty(navigator, 'locks'));
      return;
    }
    const get = function locks(this: unknown): unknown {
      const manager = callReal(real, this, []);
      found(manager);
      return manager;
    };
    define(get, 'name', { value: real.name, configurable: true });
    this.#patches.property(prototype, 'locks', { get });
  }

  #found(manager: unknown): void {
    const prototype = typeof manager === 'object' && manager !== null ? getPrototypeOf(manager) : null;
    if (!prototype || this.#manager) return;
    this.#manager = prototype;
    const begin = this.guard.hook(this.#begin.bind(this));
    const granted = this.guard.hook(this.#granted.bind(this));
    const end = this.guard.hook((request: Request, released: unknown) => {
      if (typeof released === 'object' && released !== null) request.released = new WeakRef(released);
    });
    this.#patches.method(prototype, 'request', (real): Method => {
      return function request(this: unknown, ...args: unknown[]): unknown {
        const last = args[2] === undefined ? 1 : 2;
        const callback = args[last];
        const made = typeof callback === 'function' ? begin(args[0], request) : undefined;
        if (!made) return callReal(real, this, args);
        args[last] = function work(this: unknown, ...given: unknown[]): unknown {
          const result = callReal(callback, this, given);
          granted(made, given[0], result);
          return result;
        };
        const released = callReal(real, this, args);
        end(made, released);
        return released;
      };
    });
  }

  #begin(lock: unknown, below: Callable): Request | undefined {
    if (this.#requests.size >= this.#enough) {
      for (const each of this.#requests) if (!isHeld(each, true)) this.#requests.delete(each);
      this.#enough = Math.max(fewest, this.#requests.size * 2);
    }
    if (!this.allowance.take()) return undefined;
    const capture = new Capture(depth, this.#scheduledBy.current(), below);
    const request: Request = {
      capture,
      lock: typeof lock === 'string' ? lock : '',
      isGranted: false,
      serial: nextSerial(),
      owner: currentOwner(),
    };
    this.#requests.add(request);
    return request;
  }

  /** Notes that the callback has run, with a lock unless none was to be had at once. */
  #granted(request: Request, lock: unknown, result: unknown): void {
    request.isGranted = lock !== null;
    if (typeof result === 'object' && result !== null) request.work = this.#callOf(result);
  }

  stop(): void {
    this.#patches.undo();
    this.#requests.clear();
    this.#manager = undefined;
    this.#enough = fewest;
  }

  left(window: Window): Leftover[] {
    return [...this.#requests]
      .filter((request) => window.includes(request) && isHeld(request))
      .map(({ capture, lock, owner, serial, work }) => ({
        kind: 'lease',
        type: 'Lock',
        capture,
        owner,
        serial,
        evidence: 'alive',
        asCause: (self, beside) => (work ? asWorkOf(work, self, beside) : self),
        facts: () => ({ lock }),
      }));
  }

  letGo(): void {
    for (const { capture, work } of this.#requests) {
      void capture.frames;
      void work?.frames;
    }
  }
}

/** Marks a lock as a consequence if the async function that it was granted to is suspended, which is reported itself. */
function asWorkOf(work: Capture, self: Leftover, { waits }: Parameters<AsCause>[1]): ReturnType<AsCause> {
  const id = work.frames[0]?.functionId;
  const isSuspended = waits.some(
    ({ frame, owner }) => frame.functionId === id && mayDepend(owner, self.owner),
  );
  return isSuspended ? { ...self, isKeptBy: () => true } : self;
}

/** @param orWaits whether a request that waits for its lock counts */
function isHeld({ isGranted, released }: Request, orWaits = false): boolean {
  const promise = released?.deref();
  return (isGranted || orWaits) && promise !== undefined && isPending(promise);
}

function prototypeOf(made: unknown): object | undefined {
  const prototype: unknown = typeof made === 'function' ? made.prototype : undefined;
  return typeof prototype === 'object' && prototype !== null ? prototype : undefined;
}
