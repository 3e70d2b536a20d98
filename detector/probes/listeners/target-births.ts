import * as util from 'node:util';
import type { Guard } from '../../engine/guard.ts';
import { apply, define, descriptorOf, getPrototypeOf } from '../../engine/intrinsics.ts';
import { nextSerial } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import { isFetchLoaded } from '../../engine/builtin-loaded.ts';
import { Stamp } from '../../engine/serial-stamp.ts';
import { callReal, constructReal } from '../../origin/real-call.ts';

const madeByNode = [MessagePort, BroadcastChannel];
// Node's own, whatever a DOM library or a test has put in their place
const own = util.transferableAbortController();
const Signal = own.signal.constructor as typeof AbortSignal;
const Target = getPrototypeOf(Signal) as typeof EventTarget;

/** Reports whether an object is an event target of Node's class. */
export function isTargetOfNode(target: unknown): target is EventTarget {
  return target instanceof Target;
}

/** Reports whether an object is a signal of Node's class. */
export function isSignalOfNode(signal: unknown): signal is AbortSignal {
  return signal instanceof Signal;
}

/** Reports whether the globals for events and aborting are Node's, and not those of a DOM library. */
export function areTargetsOfNode(): boolean {
  const { AbortController, AbortSignal, EventTarget } = globalThis as Partial<typeof globalThis>;
  const isOf = (made: object, Class: unknown): boolean =>
    typeof Class === 'function' && made instanceof Class;
  return isOf(own, AbortController) && isOf(own.signal, AbortSignal) && isOf(own.signal, EventTarget);
}

/**
 * Makes a target as young as this moment, whenever it was constructed.
 *
 * For what a runner makes before a test and gives to that test alone, such as its signal; older runners give none.
 */
export function bornNow(target: EventTarget | undefined): void {
  if (target) Stamp.put(target, nextSerial());
}

/**
 * The births of event targets.
 *
 * Node has no hook for them, and a census of the heap costs several collections. So proxies of the global `EventTarget`
 * and `AbortController` note what they construct, also for classes that extend them. A signal is as old as its
 * controller, which makes the signal on first use.
 */
export class TargetBirths {
  readonly #patches = new Patches();
  readonly #guard: Guard;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  start(): void {
    const note = this.#guard.hook((made: unknown): void => {
      if (typeof made === 'object' && made !== null) Stamp.put(made, nextSerial());
    });
    const noting = <Result>(result: Result): Result => {
      note(result);
      return result;
    };
    for (const name of ['EventTarget', 'AbortController'] as const) {
      const proxy = new Proxy(globalThis[name], {
        construct: (target, args, newTarget) => noting(constructReal(target, args, newTarget)),
      });
      this.#patches.property(globalThis, name, { value: proxy });
      // so that `new EventTarget().constructor` is still EventTarget
      this.#patches.property(proxy.prototype, 'constructor', { value: proxy });
    }
    this.#patches.method(AbortSignal, 'timeout', (real) => {
      return function timeout(this: unknown, ...args: unknown[]): unknown {
        return noting(callReal(real, this, args));
      };
    });
    const getter = descriptorOf(AbortController.prototype, 'signal')?.get;
    if (!getter) return;
    const inherit = this.#guard.hook((signal: unknown, controller: object): void => {
      const serial = Stamp.of(controller);
      if (typeof signal === 'object' && signal !== null && serial !== undefined && !Stamp.of(signal)) {
        Stamp.put(signal, serial);
      }
    });
    const getSignal = function signal(this: object): unknown {
      const signal: unknown = apply(getter, this, []);
      inherit(signal, this);
      return signal;
    };
    define(getSignal, 'name', { value: getter.name, configurable: true });
    this.#patches.property(AbortController.prototype, 'signal', { get: getSignal });
  }

  stop(): void {
    this.#patches.undo();
  }

  /**
   * Returns the serial of a target; 0 if its making was not seen.
   *
   * Node's own targets (ports, sockets) are never seen: Infinity, because programs do not use them as a long-lived bus.
   */
  birthOf(target: EventTarget): number {
    return Stamp.of(target) ?? (isMadeByNode(target) ? Infinity : 0);
  }
}

function isMadeByNode(target: EventTarget): boolean {
  if (madeByNode.some((each) => target instanceof each)) return true;
  if (!isFetchLoaded()) return false;
  const { WebSocket }: { WebSocket?: unknown } = globalThis;
  return typeof WebSocket === 'function' && target instanceof WebSocket;
}
