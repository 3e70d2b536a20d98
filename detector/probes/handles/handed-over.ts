import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { Server, Socket } from '../../engine/net.ts';
import type { Guard } from '../../engine/guard.ts';
import { apply, getProperty, Map, Set, WeakMap, WeakRef, WeakSet } from '../../engine/intrinsics.ts';
import { mayDepend } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import type { AsCause, Birth, Leftover, Window } from '../probe.ts';
import type { Capture } from '../../origin/capture.ts';
import { descriptors } from '../files/open-descriptors.ts';
import { descendantsOf, descriptorsOf } from '../processes/process-table.ts';
import { serverOf } from './connections.ts';
import { ownerObject } from './pools.ts';
import { linesOf } from './taken-over.ts';

interface Made extends Birth {
  readonly type: string;
  readonly capture: Capture;
}

interface Away extends Made {
  readonly kind: 'server' | 'socket';
  /** The kernel's name of the socket, such as `socket:[4711]`. */
  readonly identity: string;
}

/** The state of a TCP connection in `/proc/net/tcp` whose other side has not ended it. */
const established = '01';

/** Drops what a leaked thread or process holds: it closes with its holder. */
const asCause: AsCause = (self, { resources }) =>
  resources.some(
    ({ kind, owner }) => (kind === 'worker' || kind === 'process') && mayDepend(owner, self.owner),
  )
    ? undefined
    : self;

/**
 * The servers and sockets that were handed to a thread or to a child process, by `postMessage` or `child.send`.
 *
 * Their handle here is gone, and no hook shows the other. On Linux the kernel's socket has a name, which is noted when
 * a server listens or accepts; while a descriptor of this process or of a descendant has that name, it is open.
 */
export class HandedOver {
  #identities = new WeakMap<object, string>();
  readonly #away = new Map<object, Away>();
  #transferred = new WeakSet<object>();
  readonly #patches = new Patches();

  readonly #guard: Guard;
  readonly #listening: (message: unknown) => void;
  readonly #accepted: (message: unknown) => void;
  /** The handle made last: the listener that is given a socket may have sent it away before Node announces it. */
  #newest: WeakRef<object> | undefined;

  /** @param guard keeps what the hooks throw from the program */
  constructor(guard: Guard) {
    this.#guard = guard;
    this.#listening = guard.hook((message) => this.#note(partOf(message, 'server')));
    this.#accepted = guard.hook((message) => {
      const socket = partOf(message, 'socket');
      const newest = this.#newest?.deref();
      this.#note(socket, newest && ownerObject(newest) === socket ? newest : undefined);
      this.#newest = undefined;
    });
  }

  start(): void {
    if (!descriptors.hasNames) return;
    subscribe('tracing:net.server.listen:asyncEnd', this.#listening);
    subscribe('net.server.socket', this.#accepted);
    // a socket that goes to a thread is destroyed here, like any other
    const transfer = Object.getOwnPropertySymbols(Socket.prototype).find(
      ({ description }) => description === 'messaging_transfer_symbol',
    );
    if (!transfer) return;
    const note = this.#guard.hook((socket: Socket): void => {
      this.#note(socket);
      this.#transferred.add(socket);
    });
    this.#patches.method(Socket.prototype, transfer, (real) => {
      return function transferSocket(this: unknown, ...args: unknown[]): unknown {
        if (this instanceof Socket) note(this);
        return apply(real, this, args);
      };
    });
  }

  stop(): void {
    unsubscribe('tracing:net.server.listen:asyncEnd', this.#listening);
    unsubscribe('net.server.socket', this.#accepted);
    this.#patches.undo();
    this.#identities = new WeakMap();
    this.#transferred = new WeakSet();
    this.#away.clear();
    this.#newest = undefined;
  }

  /** Notes that a connection's handle is made, whose socket is not known yet. */
  born(handle: object): void {
    if (descriptors.hasNames) this.#newest = new WeakRef(handle);
  }

  #note(subject: object | undefined, known?: object): void {
    const handle: unknown = known ?? (subject && '_handle' in subject ? subject._handle : undefined);
    if (!subject || typeof handle !== 'object' || handle === null || !('fd' in handle)) return;
    const { fd } = handle;
    if (typeof fd === 'number' && fd >= 0) this.#identities.set(subject, descriptors.nameOf(fd));
  }

  /** Notes a server or socket whose handle is gone: it was closed, or handed over. */
  gone(subject: object | undefined, { type, capture, serial, owner }: Made): void {
    const identity = subject && this.#identities.get(subject);
    if (!subject || identity === undefined) return;
    const made = { type, capture, serial, owner, identity };
    if (subject instanceof Server) this.#away.set(subject, { ...made, kind: 'server' });
    else if (!('destroyed' in subject) || subject.destroyed !== true || this.#transferred.has(subject))
      this.#away.set(subject, { ...made, kind: 'socket' });
  }

  left(window: Window): Leftover[] {
    if (this.#away.size === 0) return [];
    const left: Leftover[] = [];
    const here = new Set(descriptorsOf(process.pid));
    let below: ReadonlySet<string> | undefined;
    for (const [subject, away] of this.#away) {
      const isHere = here.has(away.identity);
      below ??= isHere
        ? undefined
        : new Set(descendantsOf(process.pid).flatMap(({ pid }) => descriptorsOf(pid)));
      if (!isHere && below?.has(away.identity) !== true) this.#away.delete(subject);
      else if (window.includes(away) && isForgotten(away)) left.push(leftoverOf(subject, away, isHere));
    }
    return left;
  }
}

function leftoverOf(subject: object, away: Away, isHere: boolean): Leftover {
  const { kind, type, capture, owner, serial } = away;
  const server = serverOf(subject);
  // a connection has no line but that of the listener that was given it
  const lines = server ? linesOf(server, 'connection') : [];
  const line = lines.find(({ frames }) => frames[0]?.author === 'user');
  return {
    kind,
    type,
    capture: line ?? capture,
    owner,
    serial,
    evidence: 'alive',
    asCause,
    subject,
    facts: () => ({ heldBy: isHere ? 'thread' : 'process' }),
  };
}

/** Reports whether a server is open, or the other side of a connection has ended it. */
function isForgotten({ kind, identity }: Away): boolean {
  if (kind === 'server') return true;
  const inode = /\d+/.exec(identity)?.[0];
  const row = ['tcp', 'tcp6']
    .flatMap((name) => linesIn(`/proc/self/net/${name}`))
    .map((line) => line.trim().split(/\s+/))
    .find((fields) => fields[9] === inode);
  return row?.[3] !== established;
}

function linesIn(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function partOf(message: unknown, name: 'server' | 'socket'): object | undefined {
  const part: unknown =
    typeof message === 'object' && message !== null ? getProperty(message, name) : undefined;
  return typeof part === 'object' && part !== null ? part : undefined;
}
