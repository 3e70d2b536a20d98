import { executionAsyncResource } from 'node:async_hooks';
import type { Capture } from './stack.ts';

/** What Node schedules between a call of the user and the opening of the resource. */
const hops = new Set([
  'TickObject',
  'Microtask',
  'FSREQCALLBACK',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
]);

/**
 * Who scheduled the turn that is running.
 *
 * Node opens a file stream, and a server that listens on a host, one tick after the user's call, on a
 * stack without a line of his; a package may open its socket after awaits of its own. The stack on which
 * the tick was scheduled, or the promise was waited for, has the line, or leads on to one that has it.
 */
export class Causes {
  #scheduled = new WeakMap<object, Capture>();
  readonly #reactions: (Capture | undefined)[] = [];

  isHop(type: string): boolean {
    return hops.has(type);
  }

  note(resource: object, capture: Capture): void {
    this.#scheduled.set(resource, capture);
  }

  /** What runs in the callbacks of a handle is caused by the call that has made it, where nothing nearer is. */
  noteHandle(resource: object, capture: Capture): void {
    capture.isOfHandle = true;
    this.#scheduled.set(resource, capture);
  }

  /** The reaction to a promise runs from now on; `capture` is where the promise was waited for. */
  enter(capture: Capture | undefined): void {
    this.#reactions.push(capture);
  }

  leave(): void {
    this.#reactions.pop();
  }

  current(): Capture | undefined {
    return this.#reactions.at(-1) ?? this.#scheduled.get(executionAsyncResource());
  }

  clear(): void {
    this.#scheduled = new WeakMap();
    this.#reactions.length = 0;
  }
}
