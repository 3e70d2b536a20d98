import { Patches, type Method } from '../engine/patches.ts';
import { Capture } from '../origin/capture.ts';
import type { NodeHolder } from './node-holders.ts';

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
  readonly #nodeHolders: readonly NodeHolder[];
  readonly #captures = new WeakMap<object, Capture>();
  readonly #patches = new Patches();

  constructor(containers: readonly object[], nodeHolders: readonly NodeHolder[]) {
    this.#containers = new WeakSet(containers);
    this.#nodeHolders = nodeHolders;
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
    for (const holder of this.#nodeHolders) {
      for (const [owner, names] of holder.methods) {
        for (const name of names) {
          this.#patches.method(owner, name, (real: Method): Method => {
            return function fill(this: unknown, ...args: unknown[]): unknown {
              if (!captures.has(holder)) captures.set(holder, new Capture(depth, undefined, fill));
              return Reflect.apply(real, this, args);
            };
          });
        }
      }
    }
  }

  stop(): void {
    this.#patches.undo();
  }

  /** Returns the stack that first put an entry into one of the containers. */
  captureOf(containers: readonly object[]): Capture | undefined {
    return containers.map((each) => this.#captures.get(each)).find((each) => each !== undefined);
  }
}

/** Returns the number of entries of containers, or of properties of other objects. */
export function sizeOf(containers: readonly object[]): number {
  const sizes = containers.map((each) => {
    if (each instanceof Map || each instanceof Set) return each.size;
    return Array.isArray(each) ? each.length : Object.keys(each).length;
  });
  return sizes.reduce((sum, size) => sum + size, 0);
}
