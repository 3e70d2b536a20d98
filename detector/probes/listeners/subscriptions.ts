import { createHook } from 'node:async_hooks';
import { Channel, channel } from 'node:diagnostics_channel';
import performance, { PerformanceObserver } from 'node:perf_hooks';
// a DOM library puts another class in the global's place
import { URL } from 'node:url';
import { Guard } from '../../engine/guard.ts';
import { Set, WeakRef, WeakSet } from '../../engine/intrinsics.ts';
import { internal } from '../../engine/internal-symbol.ts';
import { currentOwner, nextSerial } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import { keepSwitch } from '../../engine/switches.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { callReal } from '../../origin/real-call.ts';

interface Subscription extends Birth {
  readonly kind: Leftover['kind'];
  readonly type: string;
  readonly capture: Capture;
  /** The name of a diagnostics channel. */
  readonly channel?: string;
  isActive(): boolean;
}

const depth = 24;

type Note = (subscription: Omit<Subscription, 'serial' | 'owner' | 'capture'>, below: Callable) => void;

/**
 * The probe of subscriptions to the process itself: diagnostics channels, performance observers, async hooks, inspector
 * sessions, object URLs, and monitors of the event loop's delay (which are timers).
 *
 * None of them has a handle that shows its use. So the calls that begin them are patched while the probe runs, and each
 * object is asked. A `TracingChannel` is seen by its parts.
 */
export class SubscriptionProbe implements Probe {
  readonly name = 'subscriptions';
  readonly guard = new Guard();
  readonly #subscriptions = new Set<Subscription>();
  readonly #patches = new Patches();

  preload(): void {
    keepSwitch(performance, 'monitorEventLoopDelay');
  }

  start(): void {
    const note: Note = this.guard.hook((subscription, below) => {
      const capture = new Capture(depth, undefined, below);
      this.#subscriptions.add({ ...subscription, capture, serial: nextSerial(), owner: currentOwner() });
    });
    this.#watchInspector(note);
    this.#watchObjectUrls(note);
    const subscribed = (on: Channel, listener: unknown, below: Callable): void => {
      note(
        {
          kind: 'listener',
          type: 'Channel',
          channel: String(on.name),
          isActive: () => hasSubscriber(on, listener),
        },
        below,
      );
    };
    const observing = new WeakSet<object>();
    for (const prototype of channelPrototypes()) {
      this.#patches.method(prototype, 'subscribe', (real) => {
        return function subscribe(this: unknown, ...args: unknown[]): unknown {
          const result = callReal(real, this, args);
          if (this instanceof Channel) subscribed(this, args[0], subscribe);
          return result;
        };
      });
    }
    this.#patches.method(PerformanceObserver.prototype, 'observe', (real) => {
      return function observe(this: unknown, ...args: unknown[]): unknown {
        const result = callReal(real, this, args);
        if (this instanceof PerformanceObserver && !observing.has(this)) {
          observing.add(this);
          const weak = new WeakRef(this);
          const isActive = (): boolean => observing.has(weak.deref() ?? {});
          note({ kind: 'listener', type: 'PerformanceObserver', isActive }, observe);
        }
        return result;
      };
    });
    this.#patches.method(PerformanceObserver.prototype, 'disconnect', (real) => {
      return function disconnect(this: unknown, ...args: unknown[]): unknown {
        if (typeof this === 'object' && this !== null) observing.delete(this);
        return callReal(real, this, args);
      };
    });
    const enabled = new WeakSet<object>();
    this.#patches.method(hookPrototype, 'enable', (real) => {
      return function enable(this: unknown, ...args: unknown[]): unknown {
        const result = callReal(real, this, args);
        if (typeof this === 'object' && this !== null && !enabled.has(this)) {
          enabled.add(this);
          const weak = new WeakRef(this);
          const isActive = (): boolean => enabled.has(weak.deref() ?? {});
          note({ kind: 'listener', type: 'AsyncHook', isActive }, enable);
        }
        return result;
      };
    });
    this.#patches.method(hookPrototype, 'disable', (real) => {
      return function disable(this: unknown, ...args: unknown[]): unknown {
        if (typeof this === 'object' && this !== null) enabled.delete(this);
        return callReal(real, this, args);
      };
    });
    this.#patches.exported(performance, 'monitorEventLoopDelay', (real) => {
      return function monitorEventLoopDelay(this: unknown, ...args: unknown[]): unknown {
        const monitor = callReal(real, this, args);
        if (typeof monitor === 'object' && monitor !== null) {
          const weak = new WeakRef(monitor);
          const isActive = (): boolean => isEnabled(weak.deref());
          note({ kind: 'timer', type: 'IntervalHistogram', isActive }, monitorEventLoopDelay);
        }
        return monitor;
      };
    });
  }

  #watchInspector(note: Note): void {
    // a runtime may be built without an inspector
    const prototype = process.features.inspector
      ? process.getBuiltinModule('node:inspector').Session.prototype
      : undefined;
    if (!prototype) return;
    const connected = new WeakSet<object>();
    for (const name of ['connect', 'connectToMainThread'] as const) {
      this.#patches.method(prototype, name, (real) => {
        return function connect(this: unknown, ...args: unknown[]): unknown {
          const result = callReal(real, this, args);
          if (typeof this !== 'object' || this === null) return result;
          connected.add(this);
          const weak = new WeakRef(this);
          const isActive = (): boolean => connected.has(weak.deref() ?? {});
          note({ kind: 'listener', type: 'inspector.Session', isActive }, connect);
          return result;
        };
      });
    }
    this.#patches.method(prototype, 'disconnect', (real) => {
      return function disconnect(this: unknown, ...args: unknown[]): unknown {
        if (typeof this === 'object' && this !== null) connected.delete(this);
        return callReal(real, this, args);
      };
    });
  }

  #watchObjectUrls(note: Note): void {
    const open = new Set<unknown>();
    this.#patches.method(URL, 'createObjectURL', (real) => {
      return function createObjectURL(this: unknown, ...args: unknown[]): unknown {
        const url = callReal(real, this, args);
        open.add(url);
        note({ kind: 'memory', type: 'object URL', isActive: () => open.has(url) }, createObjectURL);
        return url;
      };
    });
    this.#patches.method(URL, 'revokeObjectURL', (real) => {
      return function revokeObjectURL(this: unknown, ...args: unknown[]): unknown {
        const result = callReal(real, this, args);
        open.delete(args[0]);
        return result;
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#subscriptions.clear();
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    for (const subscription of this.#subscriptions) {
      if (!window.includes(subscription)) continue;
      if (!subscription.isActive()) continue;
      const { kind, type, capture, owner, serial, channel: name } = subscription;
      // on Node 22 AsyncLocalStorage enables a hook for itself, and keeps it
      if (type === 'AsyncHook' && capture.innermost === 'node') continue;
      const evidence = kind === 'listener' ? 'attached' : 'alive';
      const facts = name === undefined ? {} : { facts: () => ({ channel: name }) };
      left.push({ kind, type, capture, owner, serial, evidence, ...facts });
    }
    return left;
  }

  letGo(): void {
    for (const { capture } of this.#subscriptions) void capture.frames;
  }
}

const hookPrototype = Object.getPrototypeOf(createHook({})) as object;

/** Returns the prototypes of channels: one with subscribers is of another, internal class. */
function channelPrototypes(): object[] {
  const probe = channel('leaklab.probe');
  const idle: unknown = Object.getPrototypeOf(probe);
  const listener = (): void => {};
  probe.subscribe(listener);
  const active: unknown = Object.getPrototypeOf(probe);
  probe.unsubscribe(listener);
  return [idle, active].filter((each): each is object => {
    return typeof each === 'object' && each !== null && Object.hasOwn(each, 'subscribe');
  });
}

function hasSubscriber(on: Channel, listener: unknown): boolean {
  const subscribers: unknown = '_subscribers' in on ? on._subscribers : undefined;
  return on.hasSubscribers && Array.isArray(subscribers) && subscribers.includes(listener);
}

function isEnabled(monitor: object | undefined): boolean {
  return monitor !== undefined && internal(monitor, 'kEnabled') === true;
}
