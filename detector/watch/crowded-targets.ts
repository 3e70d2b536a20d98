import { EventEmitter, getEventListeners } from 'node:events';
import { Map, WeakRef } from '../engine/intrinsics.ts';

interface Crowd {
  readonly target: WeakRef<object>;
  readonly event: string | symbol;
}

/** The targets that are counted at most. */
const most = 100;

/**
 * The listeners of crowded emitters and event targets.
 *
 * Node warns once when a target gets more listeners of an event than its limit (10 by default): the warning names the
 * target, and costs nothing before. Emitters without a limit are counted only if the program names them.
 */
export class CrowdedTargets {
  readonly #crowds: Crowd[] = [];
  readonly #named: readonly WeakRef<EventEmitter>[];

  constructor(emitters: readonly EventEmitter[]) {
    this.#named = [process, ...emitters].map((emitter) => new WeakRef(emitter));
  }

  readonly #warned = (warning: Error): void => {
    if (warning.name !== 'MaxListenersExceededWarning' || this.#crowds.length >= most) return;
    const target: unknown =
      'emitter' in warning ? warning.emitter : 'target' in warning ? warning.target : undefined;
    const event: unknown = 'type' in warning ? warning.type : undefined;
    if (typeof target !== 'object' || target === null) return;
    if (typeof event === 'string' || typeof event === 'symbol')
      this.#crowds.push({ target: new WeakRef(target), event });
  };

  start(): void {
    process.on('warning', this.#warned);
  }

  stop(): void {
    process.off('warning', this.#warned);
    this.#crowds.length = 0;
  }

  /** Returns the number of listeners on all targets that are known to be crowded. */
  count(): number {
    const byTarget = new Map<object, number>();
    for (const weak of this.#named) {
      const emitter = weak.deref();
      if (!emitter) continue;
      const counts = emitter.eventNames().map((name) => emitter.listenerCount(name));
      byTarget.set(
        emitter,
        counts.reduce((sum, count) => sum + count, 0),
      );
    }
    let sum = 0;
    for (const count of byTarget.values()) sum += count;
    for (const { target: weak, event } of this.#crowds) {
      const target = weak.deref();
      if (target && !byTarget.has(target)) sum += listenersOn(target, event);
    }
    return sum;
  }
}

function listenersOn(target: object, event: string | symbol): number {
  try {
    if (target instanceof EventEmitter) return target.listenerCount(event);
    return target instanceof EventTarget ? getEventListeners(target, String(event)).length : 0;
  } catch {
    // a target that throws, such as a revoked proxy, must not end the count of the others
    return 0;
  }
}
