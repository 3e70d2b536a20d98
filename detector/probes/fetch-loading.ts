import { EventEmitter } from 'node:events';
import { inspect } from 'node:util';
import { isFetchLoaded } from '../engine/builtin-loaded.ts';
import type { Guard } from '../engine/guard.ts';
import { define, deleteProperty, descriptorOf, getProperty, Set } from '../engine/intrinsics.ts';
import { Capture, type Callable } from '../origin/capture.ts';
import type { EmitterBirths } from './listeners/emitter-births.ts';

// taken at load, before a program installs fake ones
const { queueMicrotask } = globalThis;
const names = ['Response', 'Request'] as const;
/** The prototype of Node's own objects: a test runner may evaluate this in another realm. */
const plainPrototype: unknown = Object.getPrototypeOf(EventEmitter.prototype);
/** The globals that keep the agent of every undici; while there is one, the fetch of Node makes no other. */
const dispatchers = ['1', '2'].map((version) => Symbol.for(`undici.globalDispatcher.${version}`));

/**
 * The moment at which Node loads its `Response` and `Request`, so that their prototypes are seen before the program.
 *
 * Naming them loads all of fetch, which most tests never need. While it loads, it makes an agent, which is an emitter,
 * and then exports its classes: a setter catches them on the way, and is gone in the same turn.
 */
export class FetchLoading {
  #found: ((prototype: object) => void) | undefined;
  readonly #seen = new Set<object>();
  readonly #guard: Guard;

  /** @param guard keeps what the hooks throw from the program */
  constructor(births: EmitterBirths, guard: Guard) {
    this.#guard = guard;
    births.onBirth(guard, (emitter, below) => {
      if (this.#found && this.#seen.size === 0 && isAgent(emitter)) this.#agentMade(below);
    });
  }

  /** @param found called once with each prototype, now or when Node loads it */
  start(found: (prototype: object) => void): void {
    this.#found = found;
    this.#seen.clear();
    if (isFetchLoaded() || dispatchers.some((symbol) => symbol in globalThis)) this.#findLoaded();
  }

  stop(): void {
    this.#found = undefined;
  }

  #agentMade(below: Callable): void {
    const { apiFiles } = new Capture(20, undefined, below);
    const isOfNode = apiFiles.some((file) => file.startsWith('node:internal/deps/undici/'));
    if (isOfNode && !isFetchLoaded()) this.#catchExports();
    // npm's undici: Node's own makes no agent beside it
    else queueMicrotask(this.#guard.hook(() => this.#findLoaded()));
  }

  #catchExports(): void {
    if (!isObject(plainPrototype)) return;
    for (const name of names) {
      const note = this.#guard.hook(this.#note.bind(this));
      const set = function (this: object, value: unknown): void {
        define(this, name, { value, writable: true, enumerable: true, configurable: true });
        const prototype = prototypeOf(value);
        // undici keeps functions by these names as well
        if (!isObject(prototype) || !Object.hasOwn(prototype, 'clone')) return;
        deleteProperty(plainPrototype, name);
        note(prototype);
      };
      // frozen intrinsics refuse it
      if (name in plainPrototype || !define(plainPrototype, name, { set, configurable: true })) continue;
      queueMicrotask(() => {
        const left = descriptorOf(plainPrototype, name);
        if (left?.set === set) deleteProperty(plainPrototype, name);
      });
    }
    // where no setter could be put
    queueMicrotask(this.#guard.hook(() => this.#findLoaded()));
  }

  #findLoaded(): void {
    if (!this.#found) return;
    for (const name of names) this.#note(prototypeOf(getProperty(globalThis, name)));
  }

  /**
   * Notes the prototype of Node's class, where a global is this class or extends it.
   *
   * A DOM library puts its classes there; only Node's define how `util.inspect` shows them.
   */
  #note(prototype: unknown): void {
    let own = prototype;
    while (isObject(own) && !Object.hasOwn(own, inspect.custom)) own = Object.getPrototypeOf(own);
    if (!isObject(own) || this.#seen.has(own)) return;
    this.#seen.add(own);
    this.#found?.(own);
  }
}

/** Reports whether an emitter under construction is an agent of undici: Node's or npm's. */
function isAgent(emitter: object): boolean {
  const made: unknown = 'dispatch' in emitter && getProperty(emitter, 'constructor');
  return typeof made === 'function' && made.name === 'Agent';
}

function prototypeOf(made: unknown): unknown {
  return typeof made === 'function' ? made.prototype : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
