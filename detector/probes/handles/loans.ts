import { Socket } from 'node:net';
import { Patches } from '../../engine/patches.ts';
import { Capture } from '../../origin/capture.ts';
import { currentOwner, isWithin, nextSerial } from '../../origin/owner.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { Unread } from '../../origin/unread-stacks.ts';
import type { Birth } from '../probe.ts';

/** The use of a connection by a scope that did not open it. */
export interface Loan extends Birth {
  /** The stack of the scope's first write on the connection. */
  readonly capture: Capture;
}

/** The making of a socket: by whom, and on which stack. */
type Made = Birth & { readonly capture: Capture };

const depth = 24;

/**
 * The connections that one scope opened and another scope used last.
 *
 * A pool lends the connections that it opened before a test to the test. Once the pool was asked to close, it closes
 * all connections but those that are still lent, and the cause is the test that did not give its connection back.
 */
export class Loans {
  readonly #madeBy: (socket: Socket) => Made | undefined;
  readonly #scheduledBy: ScheduledBy;
  readonly #patches = new Patches();
  readonly #unread = new Unread();
  #loans = new WeakMap<object, Loan>();
  /** True once a connection was lent. */
  hasAny = false;

  /** @param madeBy returns the making of a socket that was seen */
  constructor(madeBy: (socket: Socket) => Made | undefined, scheduledBy: ScheduledBy) {
    this.#madeBy = madeBy;
    this.#scheduledBy = scheduledBy;
  }

  start(): void {
    // no public method sees the writes of TLS and of HTTP too
    if (!Object.hasOwn(Socket.prototype, '_writeGeneric')) return;
    const note = this.#note.bind(this);
    this.#patches.method(Socket.prototype, '_writeGeneric', (real) => {
      return function _writeGeneric(this: unknown, ...args: unknown[]): unknown {
        if (this instanceof Socket) note(this, _writeGeneric);
        return Reflect.apply(real, this, args);
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#loans = new WeakMap();
    this.#unread.clear();
    this.hasAny = false;
  }

  /** Returns the loan of a connection, if a scope that did not open it used it last. */
  of(socket: object): Loan | undefined {
    return this.#loans.get(socket);
  }

  #note(socket: Socket, below: (...args: unknown[]) => unknown): void {
    const owner = currentOwner();
    const loan = this.#loans.get(socket);
    if (loan ? loan.owner === owner : owner === undefined) return;
    const made = this.#madeBy(socket);
    // hooks of the file that opened it use it as their own
    if (!made || !owner || owner.isRunner === true || isWithin(made.owner, owner)) {
      if (loan) this.#loans.delete(socket);
      return;
    }
    if (made.capture.caller?.author !== 'package') return;
    const capture = new Capture(depth, this.#scheduledBy.current(), below);
    this.#unread.add(capture);
    this.#loans.set(socket, { owner, serial: nextSerial(), capture });
    this.hasAny = true;
  }

  /** Reads the stacks: an unread stack keeps alive what its functions hold. */
  letGo(): void {
    this.#unread.read();
  }
}
