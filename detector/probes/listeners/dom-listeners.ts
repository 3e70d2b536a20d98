import type { Guard } from '../../engine/guard.ts';
import { descriptorOf, getProperty, Map } from '../../engine/intrinsics.ts';
import { Patches, type Method } from '../../engine/patches.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import type { StackAllowance } from '../../origin/level.ts';
import { currentOwner, isOfRunner, nextSerial } from '../../origin/owner.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import type { Birth, Leftover, Window } from '../probe.ts';
import { callReal } from '../../origin/real-call.ts';

interface Added extends Birth {
  readonly target: string;
  readonly event: string;
  readonly capture: Capture;
  /** Removes the listener when it is aborted. */
  readonly signal: { readonly aborted: boolean } | undefined;
}

const depth = 24;

/**
 * The listeners that the program adds to the window and the document of a DOM library, and does not remove.
 *
 * Those of jsdom and happy-dom are shared by all tests of a file; what a test makes, and listeners of it, go with the
 * test. Watches the document, the window, and the elements `html`, `head` and `body`. Does not see listeners that are
 * called once, those that packages add for themselves, nor properties such as `onresize`.
 */
export class DomListeners {
  readonly #scheduledBy: ScheduledBy;
  readonly #allowance: StackAllowance;
  readonly #guard: Guard;
  readonly #patches = new Patches();
  /** The listeners by their identity in the DOM: target, event, function and phase. */
  #added = new Map<object, Map<string, Map<unknown, Added>>>();

  constructor(scheduledBy: ScheduledBy, allowance: StackAllowance, guard: Guard) {
    this.#guard = guard;
    this.#scheduledBy = scheduledBy;
    this.#allowance = allowance;
  }

  start(): void {
    const { document } = globalThis as { readonly document?: unknown };
    if (!isObject(document)) return;
    const noteAdded = this.#guard.hook(this.#noteAdded.bind(this));
    const noteRemoved = this.#guard.hook(this.#noteRemoved.bind(this));
    this.#patch(document, 'addEventListener', (real) => {
      return function addEventListener(this: unknown, ...args: unknown[]): unknown {
        noteAdded(this, args, addEventListener);
        return callReal(real, this, args);
      };
    });
    this.#patch(document, 'removeEventListener', (real) => {
      return function removeEventListener(this: unknown, ...args: unknown[]): unknown {
        noteRemoved(this, args);
        return callReal(real, this, args);
      };
    });
  }

  /** Patches a method of all targets, and that of the window, which a runner binds to the library's own. */
  #patch(document: object, name: string, make: (real: Method) => Method): void {
    let prototype: unknown = document;
    while (isObject(prototype) && !Object.hasOwn(prototype, name))
      prototype = Object.getPrototypeOf(prototype);
    if (isObject(prototype)) this.#patches.method(prototype, name, make);
    const own = descriptorOf(globalThis, name);
    if (typeof own?.value === 'function') this.#patches.method(globalThis, name, make);
    const bound: unknown = own?.get && getProperty(globalThis, name);
    if (typeof bound !== 'function') return;
    const standIn = make(bound as Method);
    this.#patches.property(globalThis, name, { get: () => standIn });
  }

  stop(): void {
    this.#patches.undo();
    this.#added.clear();
  }

  #noteAdded(on: unknown, [event, listener, options]: readonly unknown[], below: Callable): void {
    const target = outliving(on);
    if (
      !target ||
      typeof event !== 'string' ||
      isOfRunner() ||
      (!isObject(listener) && !isCallable(listener))
    )
      return;
    const [key, listeners] = this.#listenersOf(target.object, event, options);
    if (listeners.has(listener) || isOnce(options) || !this.#allowance.take()) return;
    listeners.set(listener, {
      target: target.name,
      event,
      capture: new Capture(depth, this.#scheduledBy.current(), below),
      signal: signalOf(options),
      serial: nextSerial(),
      owner: currentOwner(),
    });
    this.#added.get(target.object)?.set(key, listeners);
  }

  #noteRemoved(on: unknown, [event, listener, options]: readonly unknown[]): void {
    const target = outliving(on);
    if (target && typeof event === 'string')
      this.#listenersOf(target.object, event, options)[1].delete(listener);
  }

  #listenersOf(target: object, event: string, options: unknown): [string, Map<unknown, Added>] {
    const ofTarget = this.#added.get(target) ?? new Map<string, Map<unknown, Added>>();
    this.#added.set(target, ofTarget);
    const key = `${isCapturing(options) ? 'capture' : 'bubble'} ${event}`;
    return [key, ofTarget.get(key) ?? new Map<unknown, Added>()];
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    for (const [target, ofTarget] of this.#added) {
      // a document is replaced, or its body, with the listeners on it
      if (!outliving(target)) continue;
      for (const added of [...ofTarget.values()].flatMap((listeners) => [...listeners.values()])) {
        if (window.includes(added) && added.signal?.aborted !== true) left.push(leftoverOf(added));
      }
    }
    return left.filter(({ capture }) => capture.caller?.author === 'user');
  }

  /** Reads the stacks: an unread stack keeps alive what its functions hold. */
  letGo(): void {
    for (const ofTarget of this.#added.values())
      for (const listeners of ofTarget.values())
        for (const { capture } of listeners.values()) void capture.frames;
  }
}

function leftoverOf({ target, event, capture, owner, serial }: Added): Leftover {
  return {
    kind: 'listener',
    type: target,
    capture,
    owner,
    serial,
    evidence: 'attached',
    facts: () => ({ event, target }),
    targetBorn: 0,
  };
}

/** Returns the target, with its name, if all tests of a file share it. */
function outliving(target: unknown): { readonly object: object; readonly name: string } | undefined {
  const { document } = globalThis as { readonly document?: unknown };
  // a function that was taken from the window is called without it
  if (target === undefined || target === globalThis) return { object: globalThis, name: 'Window' };
  if (!isObject(target) || !isObject(document)) return undefined;
  if (target === document) return { object: target, name: 'Document' };
  if (target === getProperty(document, 'defaultView')) return { object: globalThis, name: 'Window' };
  const parts = ['documentElement', 'head', 'body'].map((name): unknown => getProperty(document, name));
  return parts.includes(target) ? { object: target, name: target.constructor.name } : undefined;
}

function isCallable(value: unknown): boolean {
  return typeof value === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isOnce(options: unknown): boolean {
  return isObject(options) && 'once' in options && options.once === true;
}

function isCapturing(options: unknown): boolean {
  return options === true || (isObject(options) && 'capture' in options && options.capture === true);
}

function signalOf(options: unknown): Added['signal'] {
  const signal = isObject(options) && 'signal' in options ? options.signal : undefined;
  return isObject(signal) && 'aborted' in signal ? (signal as { readonly aborted: boolean }) : undefined;
}
