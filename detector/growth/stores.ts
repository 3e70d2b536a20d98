import { Patches, type Method } from '../engine/patches.ts';
import { Capture } from '../origin/capture.ts';

const depth = 24;
/** By which methods something gets into a container. */
const methods: readonly (readonly [object, readonly string[]])[] = [
  [Map.prototype, ['set']],
  [Set.prototype, ['add']],
  [Array.prototype, ['push', 'unshift', 'splice']],
  [FinalizationRegistry.prototype, ['register']],
];

/**
 * Watches who puts something into a few containers, for one run: every container of the process is asked.
 * What is stored by an index or a property goes unseen.
 */
export class Stores {
  readonly #containers: WeakSet<object>;
  readonly #captures = new WeakMap<object, Capture>();
  readonly #patches = new Patches();

  constructor(containers: readonly object[]) {
    this.#containers = new WeakSet(containers);
  }

  start(): void {
    const [containers, captures] = [this.#containers, this.#captures];
    for (const [prototype, names] of methods) {
      for (const name of names) {
        this.#patches.method(prototype, name, (real: Method): Method => {
          return function store(this: unknown, ...args: unknown[]): unknown {
            const isFirst =
              typeof this === 'object' && this !== null && containers.has(this) && !captures.has(this);
            if (isFirst) captures.set(this, new Capture(depth, undefined, store));
            return Reflect.apply(real, this, args);
          };
        });
      }
    }
  }

  stop(): void {
    this.#patches.undo();
  }

  /** Where something was first put into it. */
  captureOf(container: object): Capture | undefined {
    return this.#captures.get(container);
  }
}

/** Entries of a container, or properties of any other object. */
export function sizeOf(container: object): number {
  if (container instanceof Map || container instanceof Set) return container.size;
  return Array.isArray(container) ? container.length : Object.keys(container).length;
}
