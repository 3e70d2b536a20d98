import type { Agent } from 'node:http';
import { Socket } from '../../engine/net.ts';
import { types } from 'node:util';
import { getPrototypeOf, Set, WeakRef, WeakSet } from '../../engine/intrinsics.ts';
import type { Guard } from '../../engine/guard.ts';
import { internal, internalObject } from '../../engine/internal-symbol.ts';
import { currentOwner, nextSerial } from '../../origin/owner.ts';
import type { AsCause, Birth, Leftover, Window } from '../probe.ts';
import { Capture } from '../../origin/capture.ts';
import type { EmitterBirths } from '../listeners/emitter-births.ts';

/** Returns the socket, server or child process that a native handle belongs to. */
export function ownerObject(handle: object | undefined): object | undefined {
  return internalObject(handle, 'owner_symbol');
}

/** Reports whether the socket carries a request at this moment, which is then the finding. */
export function isBusyClientSocket(socket: object): boolean {
  if ('_httpMessage' in socket && socket._httpMessage) return true;
  return requestsOn(socket).length > 0;
}

/** Reports whether the holder, a request or an agent, uses the socket. */
export function holdsSocket(holder: object, socket: object): boolean {
  if ('onSocket' in holder && 'socket' in holder) return holder.socket === socket;
  if (isAgent(holder))
    return Object.values(holder.freeSockets).some((free) => free?.some((each) => each === socket));
  return requestsOn(socket).includes(holder);
}

/** Returns the requests that undici has sent or will send on its socket. */
function requestsOn(socket: object): readonly unknown[] {
  const client = internalObject(socket, 'client');
  const queue = client && internal(client, 'queue');
  const running = client && internal(client, 'running index');
  return Array.isArray(queue) && typeof running === 'number' ? queue.slice(running) : [];
}

interface PoolRecord extends Birth {
  readonly pool: WeakRef<object>;
  readonly capture: Capture;
}

/**
 * The agents and pools that the program makes, with the idle connections that they keep.
 *
 * An idle keep-alive connection of a pool that outlives the scope (the global agent, global fetch) is there by design.
 * A pool made in the scope and not closed is a leak, reported once, at the line that made the pool.
 */
export class Pools {
  #records: PoolRecord[] = [];
  #sweepAt = 1000;
  readonly #noPools = new WeakSet<object>();

  constructor(births: EmitterBirths, guard: Guard) {
    births.onBirth(guard, (emitter, below) => {
      if (!this.#mayBePool(emitter)) return;
      this.#records[this.#records.length] = {
        pool: new WeakRef(emitter),
        capture: new Capture(12, undefined, below),
        serial: nextSerial(),
        owner: currentOwner(),
      };
      if (this.#records.length > this.#sweepAt) this.#sweep();
    });
  }

  #sweep(): void {
    this.#records = this.#records.filter(({ pool }) => pool.deref() !== undefined);
    this.#sweepAt = Math.max(1000, this.#records.length * 2);
  }

  stop(): void {
    this.#records = [];
  }

  /** Reads the stacks, without a look at the pools: one that was looked at outlives the collection. */
  letGo(): void {
    for (const { capture } of this.#records) void capture.frames;
  }

  /** Reports whether an emitter may be a pool; called for each new emitter, so the answer is kept by class. */
  #mayBePool(emitter: object): boolean {
    const prototype: unknown = getPrototypeOf(emitter);
    if (typeof prototype !== 'object' || prototype === null || this.#noPools.has(prototype)) return false;
    if (isPool(emitter)) return true;
    this.#noPools.add(prototype);
    return false;
  }

  /** Reports whether a pool has the socket: the pool is the finding, or keeps the connection by design. */
  owns(socket: object): boolean {
    return (
      internalObject(socket, 'client') !== undefined || (socket instanceof Socket && isAgentSocket(socket))
    );
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    for (const record of this.#records) {
      const pool = record.pool.deref();
      if (!pool || !window.includes(record)) continue;
      const idle = idleConnections(pool);
      if (idle === 0) continue;
      left.push({
        kind: 'socket',
        type: pool.constructor.name,
        capture: record.capture,
        owner: record.owner,
        serial: record.serial,
        evidence: 'alive',
        subject: pool,
        asCause,
        facts: () => ({ idleConnections: idle }),
      });
    }
    return left;
  }
}

/**
 * Keeps pools that the program made itself: only constructors stand between the program and the pool.
 *
 * Undici and fetch make pools for themselves, and keep their connections by design.
 */
const asCause: AsCause = (pool) => {
  const { frames, apiFiles } = pool.capture;
  const first = frames.findIndex((frame) => frame.author === 'user');
  const between = frames.slice(0, Math.max(first, 0)).filter((frame) => frame.author === 'package');
  const isTheProgramsOwn =
    first >= 0 &&
    between.every((frame) => frame.isConstructor) &&
    !apiFiles.some((file) => file.startsWith('node:internal/deps/'));
  return isTheProgramsOwn ? pool : undefined;
};

function isPool(emitter: object): boolean {
  return ('dispatch' in emitter && typeof emitter.dispatch === 'function') || isAgent(emitter);
}

/** Reports whether an emitter, perhaps under construction, is an agent of `node:http`, which is not loaded for that. */
function isAgent(emitter: object): emitter is Agent {
  return 'keepSocketAlive' in emitter && 'addRequest' in emitter && 'removeSocket' in emitter;
}

/** Reports whether a socket is that of Node's agent, which marks it by a listener alone. */
function isAgentSocket(socket: Socket): boolean {
  return socket.listenerCount('agentRemove') > 0;
}

function idleConnections(pool: object): number {
  if (isAgent(pool)) {
    return Object.values(pool.freeSockets).reduce((sum, sockets) => sum + (sockets?.length ?? 0), 0);
  }
  return idleClients(pool, new Set());
}

/** Counts the connected idle clients of undici, from Agent to Pool to Client by the maps and arrays they keep. */
function idleClients(holder: object, seen: Set<object>): number {
  if (seen.has(holder)) return 0;
  seen.add(holder);
  const socket = internal(holder, 'http context');
  if (socket) return isIdleClient(holder) ? 1 : 0;
  const kept = internal(holder, 'clients');
  const values: unknown[] = types.isMap(kept) ? [...kept.values()] : Array.isArray(kept) ? kept : [];
  let count = 0;
  for (const value of values) {
    const dispatcher: unknown =
      typeof value === 'object' && value !== null && 'dispatcher' in value ? value.dispatcher : value;
    const target: unknown = isWeakRef(dispatcher) ? dispatcher.deref() : dispatcher;
    if (typeof target === 'object' && target !== null) count += idleClients(target, seen);
  }
  return count;
}

function isWeakRef(value: unknown): value is WeakRef<object> {
  return typeof value === 'object' && value !== null && 'deref' in value && typeof value.deref === 'function';
}

function isIdleClient(client: object): boolean {
  const queue = internal(client, 'queue');
  return Array.isArray(queue) && queue.length === internal(client, 'running index');
}
