import { EventEmitter } from 'node:events';
import { Patches } from '../../engine/patches.ts';
import type { Callable } from '../../origin/capture.ts';

/** Told of each emitter while it is constructed; `below` is the function under which its stack begins. */
export type OnBirth = (emitter: object, below: Callable) => void;

/**
 * Sees every event emitter being made: streams, sockets, servers, agents, child processes. All of them pass
 * through `EventEmitter.init`, which is patched once for all who want to know.
 */
export class EmitterBirths {
  readonly #listeners: OnBirth[] = [];
  readonly #patches = new Patches();

  /** To be called before {@link start}. */
  onBirth(listener: OnBirth): void {
    this.#listeners.push(listener);
  }

  start(): void {
    const listeners = this.#listeners;
    this.#patches.method(EventEmitter, 'init', (real) => {
      return function init(this: unknown, ...options: unknown[]): unknown {
        if (typeof this === 'object' && this !== null) for (const listener of listeners) listener(this, init);
        return Reflect.apply(real, this, options);
      };
    });
  }

  stop(): void {
    this.#patches.undo();
  }
}
