import { EventEmitter, getEventListeners } from 'node:events';
import { apply, Map } from '../../engine/intrinsics.ts';
import { isTargetOfNode } from './target-births.ts';

// taken at load, before a test replaces it
const { rawListeners } = EventEmitter.prototype;

/** The number of times that each listener is attached at this moment, counted down as they are accounted for. */
export class Attached {
  readonly #counts = new Map<object, Map<string | symbol, Map<unknown, number>>>();

  takeOne(target: object, event: string | symbol, listener: object): boolean {
    const counts = this.#countsOf(target, event);
    const left = counts.get(listener) ?? 0;
    counts.set(listener, left - 1);
    return left > 0;
  }

  #countsOf(target: object, event: string | symbol): Map<unknown, number> {
    const events = this.#counts.get(target) ?? new Map<string | symbol, Map<unknown, number>>();
    this.#counts.set(target, events);
    const known = events.get(event);
    if (known) return known;
    const counts = new Map<unknown, number>();
    for (const each of listenersOf(target, event)) counts.set(each, (counts.get(each) ?? 0) + 1);
    events.set(event, counts);
    return counts;
  }
}

/** Returns a target's listeners without running its methods: any object may inherit from an emitter. */
export function listenersOf(target: object, event: string | symbol): readonly unknown[] {
  // `once` adds a wrapper, which is what the probe recorded: `listeners` would unwrap it
  if (target instanceof EventEmitter) return apply(rawListeners, target, [event]);
  return isTargetOfNode(target) ? getEventListeners(target, String(event)) : [];
}
