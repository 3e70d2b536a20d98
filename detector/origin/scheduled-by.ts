import { executionAsyncResource } from 'node:async_hooks';
import { StackAllowance } from './level.ts';
import type { Capture } from './capture.ts';
import { Unread } from './unread-stacks.ts';

/** What Node schedules between a call of the user and the opening of the resource. */
const turns: ReadonlySet<string> = new Set([
  'TickObject',
  'Microtask',
  'FSREQCALLBACK',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
]);

/** What is noted though it is no handle; what a package does with an answer, it does for whoever has sent the request. */
export const hops: ReadonlySet<string> = new Set([...turns, 'HTTPCLIENTREQUEST']);

/**
 * Who scheduled the turn that is running.
 *
 * Node opens a file stream, and a server that listens on a host, one tick after the user's call, on a
 * stack without a line of his; a package may open its socket after awaits of its own. The stack on which
 * the tick was scheduled, or the promise was waited for, has the line, or leads on to one that has it.
 */
export class Causes {
  /** Of ticks that may lead to a resource: they are many, and few of them do. */
  readonly allowance = new StackAllowance(200, 0.05);
  #scheduled = new WeakMap<object, Capture>();
  /** Of what may live on: a turn is over soon. */
  readonly #unread = new Unread();
  readonly #reactions: (Capture | undefined)[] = [];

  /**
   * What the turn of a hop does is done by whoever scheduled it. What runs in the callbacks of any other handle
   * is caused by the call that has made it, where nothing nearer is.
   */
  note(type: string, resource: object, capture: Capture): void {
    capture.isOfHandle = !turns.has(type);
    if (capture.isOfHandle) this.#unread.add(capture);
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

  /** Lets go of what the stacks of handles hold. */
  letGo(): void {
    this.#unread.read();
  }

  /** Nobody tells of reactions any more. */
  noReaction(): void {
    this.#reactions.length = 0;
  }

  clear(): void {
    this.#scheduled = new WeakMap();
    this.#unread.clear();
    this.noReaction();
  }
}
