import { EventEmitter } from 'node:events';
import { types } from 'node:util';
import type { Kind } from '../kinds.ts';
import { StackAllowance } from '../origin/level.ts';
import { currentOwner, nextSerial } from '../origin/owner.ts';
import type { Birth, Leftover } from './probe.ts';
import { Capture, sameLine } from '../origin/capture.ts';
import type { EmitterBirths } from './listeners/emitter-births.ts';

interface Holder extends Birth {
  readonly emitter: WeakRef<object>;
}

/** Fields from the pool to its client, the client's connection, and the connection's socket, with room. */
const furthest = 6;
/** Objects looked at for one holder. */
const most = 5000;
const depth = 24;
/** What is opened on first use. A server or a request begins with a call of its own, which is the one to name. */
const openedLater: ReadonlySet<Kind> = new Set(['socket', 'timer', 'worker', 'port', 'process']);
/** A method by which the program asks for the opening itself, as `pool.connect()` or `client.connect()`. */
const opening = /(?:^|\.)(?:connect|getConnection|acquire|open|listen|start)$/;
const anyTimer = setTimeout(() => {}, 0);
clearTimeout(anyTimer);
const Timeout = anyTimer.constructor;

/**
 * The packages' objects that the program has made: a connection pool, a client, a watcher.
 *
 * A pool opens its sockets when it is first used, but the call that has to be answered by a `close` is the
 * one that made the pool. So what a package has left is told by the line that made the emitter which holds
 * it, by fields and elements of its own (no getter runs, no closure can be looked into); unless the program has
 * asked for the opening itself, as with a client that is taken from the pool, and the pool has set no timer since, as
 * it does when a client is given back. Of a pool that has both, one lent and one idle client, the pool's line is told.
 *
 * Sees emitters of classes that stand in a package. They are held weakly, and so are their stacks with them.
 */
export class Holders {
  readonly allowance = new StackAllowance(300, 0.1);
  #holders: Holder[] = [];
  #captures = new WeakMap<object, Capture>();
  #isOfPackage = new WeakMap<object, boolean>();
  #sweepAt = 1000;

  /** @param births of which it is told while they are watched */
  constructor(births: EmitterBirths) {
    births.onBirth((emitter, below) => {
      const prototype: unknown = Object.getPrototypeOf(emitter);
      if (typeof prototype !== 'object' || prototype === null) return;
      if (this.#isOfPackage.get(prototype) === false || !this.allowance.take()) return;
      const capture = new Capture(depth, undefined, below);
      if (!this.#isOfPackage.has(prototype)) {
        this.#isOfPackage.set(prototype, isOfPackage(capture, prototype));
        if (!this.#isOfPackage.get(prototype)) return;
      }
      this.#captures.set(emitter, capture);
      this.#holders.push({ emitter: new WeakRef(emitter), serial: nextSerial(), owner: currentOwner() });
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
    this.#isOfPackage = new WeakMap();
  }

  /** Lets go of what the stacks hold on which they were made. */
  letGo(): void {
    for (const { emitter: weak } of this.#holders) {
      const emitter = weak.deref();
      if (emitter) void this.#captures.get(emitter)?.frames;
    }
  }

  /**
   * Names each leftover that a package has made by the object that holds it: the nearest that the program has
   * constructed itself, else the oldest that was made in a call of the program. Others stay as they are.
   */
  adopt(leftovers: readonly Leftover[]): Leftover[] {
    const orphans = new Set<object>();
    for (const leftover of leftovers)
      if (leftover.subject && isOrphan(leftover)) orphans.add(leftover.subject);
    if (orphans.size === 0) return [...leftovers];
    const found = new Map<object, { readonly emitter: object; readonly rank: number }>();
    for (const { emitter: weak } of this.#holders) {
      const emitter = weak.deref();
      const capture = emitter && this.#captures.get(emitter);
      if (!emitter || !capture) continue;
      const isConstructed = isMadeByConstructors(capture);
      if (!isConstructed && !capture.frames.some((frame) => frame.author === 'user')) continue;
      for (const [orphan, distance] of this.#reached(emitter, orphans)) {
        const rank = isConstructed ? distance : Infinity;
        const known = found.get(orphan);
        if (!known || rank < known.rank) found.set(orphan, { emitter, rank });
      }
    }
    // when each holder has begun to wait for the last time, as a pool does for a client that was given back
    const waitsSince = new Map<object, number>();
    for (const { kind, subject, serial } of leftovers) {
      const holder = kind === 'timer' && subject && found.get(subject)?.emitter;
      if (holder) waitsSince.set(holder, Math.max(serial, waitsSince.get(holder) ?? 0));
    }
    return leftovers.map((leftover) => {
      const holder = leftover.subject && found.get(leftover.subject)?.emitter;
      const capture = holder && this.#captures.get(holder);
      if (!capture || !isOrphan(leftover)) return leftover;
      const [made, opened] = [capture.site, leftover.capture.site];
      const isElsewhere = made && opened && !sameLine(made, opened);
      const related = leftover.related ?? [];
      // what the program has asked for is lent to it, one by one, until it is given back
      const isIdle = leftover.serial < (waitsSince.get(holder) ?? 0);
      if (isAskedFor(leftover.capture) && !isIdle)
        return { ...leftover, related: [...(isElsewhere ? [capture] : []), ...related] };
      return {
        ...leftover,
        capture,
        holder,
        related: [...(isElsewhere ? [leftover.capture] : []), ...related],
      };
    });
  }

  /** How many steps away each of the targets is that can be reached. */
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

  /** Timers are linked with all other timers, and agents and sockets of Node with those of other holders. */
  #leadsAnywhere(each: object): boolean {
    return each instanceof Timeout || (each instanceof EventEmitter && !this.#captures.has(each));
  }
}

function isOrphan({ kind, capture }: Leftover): boolean {
  return openedLater.has(kind) && capture.caller?.author === 'package';
}

/** By the method that the program has called. */
function isAskedFor({ frames }: Capture): boolean {
  const first = frames.findIndex((frame) => frame.author === 'user');
  const called = frames.slice(0, Math.max(first, 0)).findLast((frame) => frame.author === 'package');
  return called?.function !== undefined && opening.test(called.function);
}

/** By the constructor of the class among the frames; Node's own classes, and the program's, have another author. */
function isOfPackage({ constructors }: Capture, prototype: object): boolean {
  const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof made !== 'function') return false;
  const frame = constructors.find((each) => each.function === made.name);
  return frame?.author === 'package';
}

/** Between the program and the object stand constructors alone. */
function isMadeByConstructors({ frames }: Capture): boolean {
  const first = frames.findIndex((frame) => frame.author === 'user');
  const between = frames.slice(0, Math.max(first, 0)).filter((frame) => frame.author === 'package');
  return first >= 0 && between.every((frame) => frame.isConstructor);
}

/** What an object holds, without running any code of its own. */
function valuesOf(holder: object): unknown[] {
  if (types.isProxy(holder) || ArrayBuffer.isView(holder) || holder === globalThis || holder === process)
    return [];
  const values: unknown[] = Reflect.ownKeys(holder).map(
    (key) => Object.getOwnPropertyDescriptor(holder, key)?.value as unknown,
  );
  if (types.isMap(holder)) Map.prototype.forEach.call(holder, (value, key) => values.push(key, value));
  else if (types.isSet(holder)) Set.prototype.forEach.call(holder, (value) => values.push(value));
  return values;
}
