import { Socket } from '../../engine/net.ts';
import type { Guard } from '../../engine/guard.ts';
import { WeakMap } from '../../engine/intrinsics.ts';
import { Patches } from '../../engine/patches.ts';
import { Capture } from '../../origin/capture.ts';
import { currentOwner, isWithin, nextSerial } from '../../origin/owner.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { Unread } from '../../origin/unread-stacks.ts';
import type { Birth } from '../probe.ts';
import { wrappedIn } from './handle-state.ts';
import { ownerObject } from './pools.ts';
import { callReal } from '../../origin/real-call.ts';

/** The use of a connection by a scope that did not open it. */
export interface Loan extends Birth {
  /** The stack of the scope's first write on the connection. */
  readonly capture: Capture;
}

/** The making of a handle; one without a stack is not judged. */
type Made = Birth & { readonly capture: Capture | undefined };

/** The answers about sockets that others know. */
interface Known {
  /** Returns the making of a handle, if it was seen. */
  madeAs(handle: object): Made | undefined;
  /** Reports whether a socket is part of another finding, such as a request. */
  isPart(socket: object): boolean;
  /** Reports whether a package's object holds a socket, and was asked to close. */
  isOfClosed(socket: object): boolean;
}

const depth = 24;

/**
 * The connections that one scope opened and another scope used last.
 *
 * A pool lends the connections that it opened before a test to the test. Once the pool was asked to close, it closes
 * all connections but those that are still lent, and the cause is the test that did not give its connection back.
 */
export class Loans {
  readonly #known: Known;
  readonly #scheduledBy: ScheduledBy;
  readonly #guard: Guard;
  readonly #patches = new Patches();
  readonly #unread = new Unread();
  #loans = new WeakMap<object, Loan>();
  #hasAny = false;

  constructor(known: Known, scheduledBy: ScheduledBy, guard: Guard) {
    this.#guard = guard;
    this.#known = known;
    this.#scheduledBy = scheduledBy;
  }

  start(): void {
    // no public method sees the writes of TLS and of HTTP too
    if (!Object.hasOwn(Socket.prototype, '_writeGeneric')) return;
    const note = this.#guard.hook(this.#note.bind(this));
    this.#patches.method(Socket.prototype, '_writeGeneric', (real) => {
      return function _writeGeneric(this: unknown, ...args: unknown[]): unknown {
        if (this instanceof Socket) note(this, _writeGeneric);
        return callReal(real, this, args);
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#loans = new WeakMap();
    this.#unread.clear();
    this.#hasAny = false;
  }

  /** Returns the loan of a connection, if a scope that did not open it used it last. */
  of(resource: object): Loan | undefined {
    const socket = this.#hasAny ? ownerObject(wrappedIn(resource)) : undefined;
    return socket && this.#loans.get(socket);
  }

  /** Returns the loan of a connection whose pool was asked to close, and waits for it. */
  dueOf(resource: object): Loan | undefined {
    const loan = this.of(resource);
    const socket = loan && ownerObject(wrappedIn(resource));
    return socket && this.#known.isOfClosed(socket) ? loan : undefined;
  }

  /** Returns the making of a socket, if it was seen and is no part of another. */
  #madeAs(socket: Socket): Made | undefined {
    const handle: unknown = '_handle' in socket ? socket._handle : undefined;
    if (!isObject(handle)) return undefined;
    // that of a TLS socket wraps the one that was announced
    const inner = '_parent' in handle && isObject(handle._parent) ? handle._parent : handle;
    const made = this.#known.madeAs(inner);
    return made?.capture && !this.#known.isPart(socket) ? made : undefined;
  }

  #note(socket: Socket, below: (...args: unknown[]) => unknown): void {
    const owner = currentOwner();
    const loan = this.#loans.get(socket);
    if (loan ? loan.owner === owner : owner === undefined) return;
    const made = this.#madeAs(socket);
    // hooks of the file that opened it use it as their own
    if (!made || !owner || owner.isRunner === true || isWithin(made.owner, owner)) {
      if (loan) this.#loans.delete(socket);
      return;
    }
    if (made.capture?.caller?.author !== 'package') return;
    const capture = new Capture(depth, this.#scheduledBy.current(), below);
    this.#unread.add(capture);
    this.#loans.set(socket, { owner, serial: nextSerial(), capture });
    this.#hasAny = true;
  }

  /** Reads the stacks: an unread stack keeps alive what its functions hold. */
  letGo(): void {
    this.#unread.read();
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
