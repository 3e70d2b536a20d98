import { EventEmitter } from 'node:events';
import type { Guard } from '../../engine/guard.ts';
import { Patches } from '../../engine/patches.ts';
import type { Callable } from '../../origin/capture.ts';
import { callReal } from '../../origin/real-call.ts';

/** A function called with each emitter under construction; the emitter's stack begins below the function `below`. */
export type OnBirth = (emitter: object, below: Callable) => void;

/**
 * The births of event emitters: streams, sockets, servers, agents, child processes.
 *
 * All of them call `EventEmitter.init`, which is patched once for every listener here.
 */
export class EmitterBirths {
  readonly #listeners: OnBirth[] = [];
  readonly #patches = new Patches();

  /** Adds a listener, with the guard of its probe; called before {@link start}. */
  onBirth(guard: Guard, listener: OnBirth): void {
    this.#listeners.push(guard.hook(listener));
  }

  start(): void {
    const listeners = this.#listeners;
    this.#patches.method(EventEmitter, 'init', (real) => {
      return function init(this: unknown, ...options: unknown[]): unknown {
        if (typeof this === 'object' && this !== null)
          for (let index = 0; index < listeners.length; index += 1) listeners[index]?.(this, init);
        return callReal(real, this, options);
      };
    });
  }

  stop(): void {
    this.#patches.undo();
  }
}
