/** Listeners on living emitters and event targets, which are noted, weakly, when a listener is added. */
import { EventEmitter, getEventListeners } from 'node:events';
import type { Census } from '../live-objects.ts';
import { before } from './before.ts';

/**
 * Notes from now on every object that gets a listener. @returns the listeners' number by type; call it after a
 * collection
 */
export function watchListeners(): () => Census {
  const emitters = new Noted();
  const targets = new Noted();
  for (const name of ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']) {
    before(EventEmitter.prototype, name, (emitter) => emitters.add(emitter, ''));
  }
  before(EventTarget.prototype, 'addEventListener', (target, [type]) => {
    if (typeof type === 'string') targets.add(target, type);
  });
  return () => {
    const census: Census = {};
    const add = (object: object, event: string, n: number): void => {
      const name = `listeners ${object.constructor.name} ${event}`;
      if (n > 0) census[name] = (census[name] ?? 0) + n;
    };
    for (const { object } of emitters.alive()) {
      const emitter = object as EventEmitter;
      for (const event of emitter.eventNames()) add(emitter, String(event), emitter.listenerCount(event));
    }
    for (const { object, events } of targets.alive()) {
      for (const type of events) add(object, type, getEventListeners(object as EventTarget, type).length);
    }
    return census;
  };
}

/** Objects, held weakly, with the events that got listeners on each. */
class Noted {
  readonly #events = new WeakMap<object, Set<string>>();
  readonly #objects = new Set<WeakRef<object>>();

  add(object: unknown, event: string): void {
    if (typeof object !== 'object' || object === null) return;
    const known = this.#events.get(object);
    if (known) known.add(event);
    else {
      this.#events.set(object, new Set([event]));
      this.#objects.add(new WeakRef(object));
    }
  }

  alive(): { readonly object: object; readonly events: ReadonlySet<string> }[] {
    return [...this.#objects].flatMap((reference) => {
      const object = reference.deref();
      const events = object && this.#events.get(object);
      if (object && events) return [{ object, events }];
      this.#objects.delete(reference);
      return [];
    });
  }
}
