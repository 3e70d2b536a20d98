import { executionAsyncResource } from 'node:async_hooks';
import { Set, WeakMap } from '../engine/intrinsics.ts';
import { StackAllowance } from './level.ts';
import type { Capture } from './capture.ts';
import { Unread } from './unread-stacks.ts';

/** The types of work that Node schedules between the user's call and the opening of a resource. */
const turns: ReadonlySet<string> = new Set([
  'TickObject',
  'Microtask',
  'FSREQCALLBACK',
  'GETADDRINFOREQWRAP',
  'TCPCONNECTWRAP',
  'PIPECONNECTWRAP',
]);

/** The types noted although they are no handles; what a package does with an answer is done for the request. */
export const hops: ReadonlySet<string> = new Set([...turns, 'HTTPCLIENTREQUEST']);

/**
 * The stacks that scheduled the turns of the event loop.
 *
 * Node opens a file stream, and a server that listens on a host, one tick after the user's call, on a stack without
 * the user's line; a package may open its socket after several awaits. The stack that scheduled the tick, or that
 * awaited the promise, has the line or leads to one that has it.
 */
export class ScheduledBy {
  /** The stacks allowed for ticks: many may lead to a resource, and few do. */
  readonly allowance = new StackAllowance(200, 0.05);
  #scheduled = new WeakMap<object, Capture>();
  /** The stacks of handles, which may live on; a turn is over soon. */
  readonly #unread = new Unread();
  readonly #reactions: (Capture | undefined)[] = [];

  /**
   * Notes the stack that scheduled a turn or made a handle.
   *
   * The turn's work belongs to the call that scheduled it. Work in a handle's callback belongs to the call that made
   * the handle, unless a nearer line is the user's.
   */
  note(type: string, resource: object, capture: Capture): void {
    capture.isOfHandle = !turns.has(type);
    if (capture.isOfHandle) this.#unread.add(capture);
    this.#scheduled.set(resource, capture);
  }

  /** Lets the callbacks of a resource belong to the call that made the handle in whose callback it is made. */
  pass(resource: object): void {
    const cause = this.current();
    if (cause?.isOfHandle) this.#scheduled.set(resource, cause);
  }

  /** Begins the reaction to a promise that was awaited at `capture`. */
  enter(capture: Capture | undefined): void {
    this.#reactions[this.#reactions.length] = capture;
  }

  leave(): void {
    if (this.#reactions.length > 0) this.#reactions.length -= 1;
  }

  current(): Capture | undefined {
    return this.#reactions[this.#reactions.length - 1] ?? this.#scheduled.get(executionAsyncResource());
  }

  /** Reads the stacks of handles: an unread stack keeps alive what its functions hold. */
  letGo(): void {
    this.#unread.read();
  }

  /** Forgets the running reactions, once no hook reports their ends. */
  noReaction(): void {
    this.#reactions.length = 0;
  }

  clear(): void {
    this.#scheduled = new WeakMap();
    this.#unread.clear();
    this.noReaction();
  }
}
