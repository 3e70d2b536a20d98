import { Patches, type Method } from '../engine/patches.ts';
import { Capture } from '../origin/capture.ts';

const depth = 24;
/** The methods that put an entry into a container. */
const methods: readonly (readonly [object, readonly string[]])[] = [
  [Map.prototype, ['set']],
  [Set.prototype, ['add']],
  [Array.prototype, ['push', 'unshift', 'splice']],
  [FinalizationRegistry.prototype, ['register']],
];

/**
 * Records the stacks that put entries into a few containers during one run.
 *
 * The methods of all containers are patched for that run. Values stored by an index or a property go unseen.
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

  /** Returns the stack that first put an entry into a container. */
  captureOf(container: object): Capture | undefined {
    return this.#captures.get(container);
  }
}

/** Returns the number of entries of a container, or of properties of any other object. */
export function sizeOf(container: object): number {
  if (container instanceof Map || container instanceof Set) return container.size;
  return Array.isArray(container) ? container.length : Object.keys(container).length;
}
