import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import type { Guard } from '../engine/guard.ts';
import { getPrototypeOf, Map, ownKeys, Set, WeakMap, WeakRef } from '../engine/intrinsics.ts';
import type { Kind } from '../kinds.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, nextSerial } from '../origin/owner.ts';
import type { Birth, Leftover } from './probe.ts';
import { Capture, sameLine } from '../origin/capture.ts';
import { Unread } from '../origin/unread-stacks.ts';
import type { EmitterBirths } from './listeners/emitter-births.ts';

interface Holder extends Birth {
  readonly emitter: WeakRef<object>;
}

/** Fields from the pool to its client, the client's connection, and the connection's socket, with room. */
const furthest = 6;
/** Objects looked at for one holder. */
const most = 5000;
const depth = 24;
/** Kinds that a package opens on first use; a server or a request begins with a call that the report can name. */
const openedLater: ReadonlySet<Kind> = new Set(['socket', 'timer', 'worker', 'port', 'process']);
/** Methods by which the program asks for the opening itself, such as `pool.connect()` or `client.connect()`. */
const opening = /(?:^|\.)(?:connect|getConnection|acquire|open|listen|start)$/;
/** Names of fields, or values of a state, by which an object says that it was closed or is closing. */
const closed =
  /^[_k]*(?:is)?_?(?:end(?:ed|ing)|clos(?:ed|ing)|destroy(?:ed|ing)|drain(?:ed|ing)|shut(?:ting)?_?down|stopp(?:ed|ing)|terminat(?:ed|ing)|dispos(?:ed|ing)|quit(?:ting)?)$/i;
const anyTimer = setTimeout(() => {}, 0);
clearTimeout(anyTimer);
const Timeout = anyTimer.constructor;

/**
 * The packages' objects that the program has made: connection pools, clients, watchers.
 *
 * A pool opens its sockets on first use, but the call that needs a `close` is the one that made the pool. So a
 * resource that a package leaked is reported at the line that made the emitter holding it. Holding is read from the
 * emitter's fields and elements: no getter runs, and closures stay unseen.
 *
 * There is one exception: the program asked for the opening itself, as it does when it takes a client from a pool, and
 * the pool has set no timer since, as it does when it gets a client back. A pool with one lent and one idle client is
 * reported at the pool's line.
 *
 * Sees emitters whose class stands in a package. Emitters and their stacks are held weakly.
 */
export class Holders {
  readonly allowance = new StackAllowance(300, 0.1);
  #holders: Holder[] = [];
  #captures = new WeakMap<object, Capture>();
  readonly #unread = new Unread();
  #isOfPackage = new WeakMap<object, boolean>();
  /** The holders found so far, by what they hold. */
  #holderOf = new WeakMap<object, WeakRef<object>>();
  #sweepAt = 1000;

  /**
   * @param births reports each emitter that is made, while emitters are watched
   * @param guard that of the probe for handles, whose findings it moves
   */
  constructor(births: EmitterBirths, guard: Guard) {
    births.onBirth(guard, (emitter, below) => {
      const prototype: unknown = getPrototypeOf(emitter);
      if (typeof prototype !== 'object' || prototype === null) return;
      if (this.#isOfPackage.get(prototype) === false || !this.allowance.take()) return;
      const capture = new Capture(depth, undefined, below);
      if (!this.#isOfPackage.has(prototype)) {
        this.#isOfPackage.set(prototype, isOfPackage(capture, prototype));
        if (!this.#isOfPackage.get(prototype)) return;
      }
      this.#captures.set(emitter, capture);
      this.#unread.add(capture);
      this.#holders[this.#holders.length] = {
        emitter: new WeakRef(emitter),
        serial: nextSerial(),
        owner: currentOwner(),
      };
      if (this.#holders.length > this.#sweepAt) this.#sweep();
    });
  }

  #sweep(): void {
    this.#holders = this.#holders.filter(({ emitter }) => emitter.deref() !== undefined);
    this.#sweepAt = Math.max(1000, this.#holders.length * 2);
  }

  stop(): void {
    this.#holders = [];
    this.#captures = new WeakMap();
    this.#unread.clear();
    this.#isOfPackage = new WeakMap();
  }

  /** Reads the stacks of all holders: an unread stack keeps alive what its functions hold. */
  letGo(): void {
    this.#unread.read();
  }

  /**
   * Moves each leftover that a package opened to the line that made its holder.
   *
   * The holder is the nearest object that the program constructed, or else the oldest one made in a call of the
   * program. Other leftovers stay as they are.
   */
  adopt(leftovers: readonly Leftover[]): Leftover[] {
    const orphans = new Set<object>();
    for (const leftover of leftovers)
      if (leftover.subject && isOrphan(leftover)) orphans.add(leftover.subject);
    if (orphans.size === 0) return [...leftovers];
    const found = this.#holdersOf(orphans);
    // the serial of each holder's newest timer: a pool sets one when it gets a client back
    const waitsSince = new Map<object, number>();
    for (const { kind, subject, serial } of leftovers) {
      const holder = kind === 'timer' && subject && found.get(subject);
      if (holder) waitsSince.set(holder, Math.max(serial, waitsSince.get(holder) ?? 0));
    }
    return leftovers.map((leftover) => {
      const holder = leftover.subject && found.get(leftover.subject);
      const capture = holder && this.#captures.get(holder);
      if (!capture || !isOrphan(leftover)) return leftover;
      const [made, opened] = [capture.site, leftover.capture.site];
      const isElsewhere = made && opened && !sameLine(made, opened);
      const related = leftover.related ?? [];
      // what the program asked for is lent to it until it is given back
      const isIdle = leftover.serial < (waitsSince.get(holder) ?? 0);
      if (leftover.isLent || (isAskedFor(leftover.capture) && !isIdle))
        return { ...leftover, related: [...(isElsewhere ? [capture] : []), ...related] };
      return {
        ...leftover,
        capture,
        holder,
        related: [...(isElsewhere ? [leftover.capture] : []), ...related],
      };
    });
  }

  /** Reports whether the holder of an object says that it was closed. */
  isOfClosed(held: object): boolean {
    const known = this.#holderOf.get(held)?.deref();
    const holder = known ?? this.#holdersOf(new Set([held])).get(held);
    if (holder && !known) this.#holderOf.set(held, new WeakRef(holder));
    return holder !== undefined && saysClosed(holder);
  }

  /** Returns the holder of each object that has one. */
  #holdersOf(held: ReadonlySet<object>): Map<object, object> {
    const found = new Map<object, { readonly emitter: object; readonly rank: number }>();
    for (const { emitter: weak } of this.#holders) {
      const emitter = weak.deref();
      const capture = emitter && this.#captures.get(emitter);
      if (!emitter || !capture) continue;
      const isConstructed = isMadeByConstructors(capture);
      if (!isConstructed && !capture.frames.some((frame) => frame.author === 'user')) continue;
      for (const [each, distance] of this.#reached(emitter, held)) {
        const rank = isConstructed ? distance : Infinity;
        const known = found.get(each);
        if (!known || rank < known.rank) found.set(each, { emitter, rank });
      }
    }
    return new Map([...found].map(([each, { emitter }]) => [each, emitter]));
  }

  /** Returns the targets that can be reached, each with its distance in steps. */
  #reached(from: object, targets: ReadonlySet<object>): Map<object, number> {
    const distances = new Map<object, number>();
    const seen = new Set<object>([from]);
    let ring: object[] = [from];
    for (let distance = 0; ring.length > 0 && distance <= furthest; distance += 1) {
      const next: object[] = [];
      for (const each of ring) {
        if (targets.has(each)) distances.set(each, distance);
        if (this.#leadsAnywhere(each)) continue;
        for (const value of valuesOf(each)) {
          if (typeof value !== 'object' || value === null || seen.has(value) || seen.size >= most) continue;
          seen.add(value);
          next.push(value);
        }
      }
      ring = next;
    }
    return distances;
  }

  /** Reports whether an object leads to those of other holders, as timers, agents and Node's sockets do. */
  #leadsAnywhere(each: object): boolean {
    return each instanceof Timeout || (each instanceof EventEmitter && !this.#captures.has(each));
  }
}

function isOrphan({ kind, capture }: Leftover): boolean {
  return openedLater.has(kind) && capture.caller?.author === 'package';
}

/** Reports whether the program called a method that opens something, such as `connect`. */
function isAskedFor({ frames }: Capture): boolean {
  const first = frames.findIndex((frame) => frame.author === 'user');
  const called = frames.slice(0, Math.max(first, 0)).findLast((frame) => frame.author === 'package');
  return called?.function !== undefined && opening.test(called.function);
}

/** Reports whether the class of an object stands in a package: its constructor is among the frames. */
function isOfPackage({ constructors }: Capture, prototype: object): boolean {
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof made !== 'function') return false;
  const frame = constructors.find((each) => each.function === made.name);
  return frame?.author === 'package';
}

/** Reports whether only constructors stand between the program and the object. */
function isMadeByConstructors({ frames }: Capture): boolean {
  const first = frames.findIndex((frame) => frame.author === 'user');
  const between = frames.slice(0, Math.max(first, 0)).filter((frame) => frame.author === 'package');
  return first >= 0 && between.every((frame) => frame.isConstructor);
}

/** Returns the values that an object holds, without running a getter. */
function valuesOf(holder: object): unknown[] {
  if (types.isProxy(holder) || ArrayBuffer.isView(holder) || holder === globalThis || holder === process)
    return [];
  const values: unknown[] = ownKeys(holder).map(
    (key) => Object.getOwnPropertyDescriptor(holder, key)?.value as unknown,
  );
  if (types.isMap(holder)) Map.prototype.forEach.call(holder, (value, key) => values.push(key, value));
  else if (types.isSet(holder)) Set.prototype.forEach.call(holder, (value) => values.push(value));
  return values;
}

/** Reports whether a field of an object says that it was closed; no getter runs. */
function saysClosed(holder: object): boolean {
  return ownKeys(holder).some((key) => {
    const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
    const name = typeof key === 'symbol' ? (key.description ?? '') : key;
    if (typeof value === 'string') return /^_?(?:state|status)$/i.test(name) && closed.test(value);
    return value === true && closed.test(name);
  });
}
