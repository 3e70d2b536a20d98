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
 * stack without a line of his. The stack on which the tick was scheduled has it.
 */
export class Causes {
  #scheduled = new WeakMap<object, Capture>();

  isHop(type: string): boolean {
    return hops.has(type);
  }

  note(resource: object, capture: Capture): void {
    this.#scheduled.set(resource, capture);
  }

  current(): Capture | undefined {
    return this.#scheduled.get(executionAsyncResource());
  }

  clear(): void {
    this.#scheduled = new WeakMap();
  }
}
