import { ReadableStream, WritableStream } from 'node:stream/web';
import { Guard } from '../engine/guard.ts';
import { Set, WeakRef } from '../engine/intrinsics.ts';
import { internal, internalObject } from '../engine/internal-symbol.ts';
import { currentOwner, nextSerial, type Owner } from '../origin/owner.ts';
import { Patches } from '../engine/patches.ts';
import type { Birth, Leftover, Probe, Window } from './probe.ts';
import { Capture, sameLine, type Callable } from '../origin/capture.ts';
import { FetchLoading } from './fetch-loading.ts';
import type { EmitterBirths } from './listeners/emitter-births.ts';
import { streamAsCause } from './stream-causes.ts';
import { callReal } from '../origin/real-call.ts';

interface Taken extends Birth {
  /** The way in which the stream was taken: by a reader, a writer, an iterator, or in two branches. */
  readonly type: string;
  readonly capture: Capture;
  readonly streams: readonly WeakRef<object>[];
  /** The number of collections that had begun when the stream was taken. */
  readonly collections: number;
  /** True once a look after a collection has found the stream still taken. */
  hasSurvived: boolean;
}

const depth = 24;
const takers: readonly (readonly [object, string | symbol, string])[] = [
  [ReadableStream.prototype, 'getReader', 'ReadableStream reader'],
  [ReadableStream.prototype, 'values', 'ReadableStream iterator'],
  [ReadableStream.prototype, Symbol.asyncIterator, 'ReadableStream iterator'],
  [WritableStream.prototype, 'getWriter', 'WritableStream writer'],
];

/**
 * The probe of web streams that stay locked by a reader or writer, and of unread branches of a `tee()` (or of a
 * response's `clone()`), while something still holds the stream.
 *
 * A cache of the last clone is bounded and no finding: the only unread branch of a line, after one that outlived an
 * earlier scope and is garbage since. Nor is a package's clone a finding while a pool keeps the connection that its
 * scope opened.
 *
 * Streams have no handle and make no async resource. A stream that nothing holds is garbage, with its queue, and no
 * finding; nor is a stream that was closed, cancelled or errored.
 */
export class WebStreamProbe implements Probe {
  readonly name = 'web streams';
  readonly guard = new Guard();
  readonly #taken = new Set<Taken>();
  readonly #patches = new Patches();
  #sweepAt = 1000;
  #collections = 0;
  readonly #keptFor: (owner: Owner | undefined) => number;

  readonly #fetch: FetchLoading;

  /** @param keptFor returns the number of open connections that an owner made and that a pool keeps */
  constructor(births: EmitterBirths, keptFor: (owner: Owner | undefined) => number) {
    this.#fetch = new FetchLoading(births, this.guard);
    this.#keptFor = keptFor;
  }

  start(): void {
    const note = this.guard.hook(this.#note.bind(this));
    for (const [prototype, name, type] of takers) {
      this.#patches.method(prototype, name, (real) => {
        return function take(this: unknown, ...args: unknown[]): unknown {
          const lock = callReal(real, this, args);
          note(type, take, [this]);
          return lock;
        };
      });
    }
    this.#patches.method(ReadableStream.prototype, 'tee', (real) => {
      return function tee(this: unknown, ...args: unknown[]): unknown {
        const branches = callReal(real, this, args);
        note('ReadableStream branch', tee, branches as unknown[]);
        return branches;
      };
    });
    this.#fetch.start((prototype) => {
      // on Node 26 it tees without calling the method
      this.#patches.method(prototype, 'clone', (real) => {
        return function clone(this: unknown, ...args: unknown[]): unknown {
          const copy = callReal(real, this, args);
          note('ReadableStream branch', clone, [bodyOf(this), bodyOf(copy)]);
          return copy;
        };
      });
    });
  }

  stop(): void {
    this.#fetch.stop();
    this.#patches.undo();
    this.#taken.clear();
  }

  #note(type: string, below: Callable, streams: readonly unknown[]): void {
    this.#taken.add({
      type,
      capture: new Capture(depth, undefined, below),
      streams: streams.filter(isObject).map((stream) => new WeakRef(stream)),
      serial: nextSerial(),
      owner: currentOwner(),
      collections: this.#collections,
      hasSurvived: false,
    });
    if (this.#taken.size > this.#sweepAt) {
      for (const taken of this.#taken) if (!heldStream(taken)) this.#taken.delete(taken);
      this.#sweepAt = Math.max(1000, this.#taken.size * 2);
    }
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    for (const taken of this.#taken) {
      if (!window.includes(taken)) continue;
      const stream = heldStream(taken);
      if (!stream) continue;
      taken.hasSurvived ||= taken.collections < this.#collections;
      if (this.#hasReplaced(taken, stream) || this.#isKeptByConnection(taken)) continue;
      const { type, capture, owner, serial } = taken;
      left.push({
        kind: 'stream',
        type,
        capture,
        owner,
        serial,
        evidence: 'alive',
        subject: stream,
        asCause: streamAsCause,
        weak: new WeakRef(stream),
      });
    }
    return left;
  }

  /** Reports whether a branch is the only one of its line, and an earlier scope's was dropped for it. */
  #hasReplaced(branch: Taken, stream: object): boolean {
    if (branch.type !== 'ReadableStream branch') return false;
    let isAfterAnother = false;
    for (const other of this.#taken) {
      if (other === branch || other.type !== branch.type) continue;
      const held = heldStream(other);
      // the `tee()` of a clone takes the same streams
      const isOpenToo = held !== undefined && held !== stream;
      const isGone =
        other.hasSurvived && other.owner !== branch.owner && other.streams.every((weak) => !weak.deref());
      if (!(isOpenToo || isGone) || !isSameCall(other, branch)) continue;
      if (isOpenToo) return false;
      isAfterAnother ||= other.serial < branch.serial;
    }
    return isAfterAnother;
  }

  /**
   * Reports whether a package made the branch for a request whose connection a pool still keeps.
   *
   * Such a branch goes with its connection, and a pool keeps few. A scope with more branches than connections leaks.
   */
  #isKeptByConnection({ type, owner, capture }: Taken): boolean {
    if (type !== 'ReadableStream branch' || capture.caller?.author !== 'package') return false;
    const kept = this.#keptFor(owner);
    if (kept === 0) return false;
    const branches = new Set<object>();
    for (const other of this.#taken) {
      const held = other.type === type && other.owner === owner ? heldStream(other) : undefined;
      if (held) branches.add(held);
    }
    return branches.size <= kept;
  }

  letGo(): void {
    this.#collections += 1;
    for (const taken of this.#taken) void taken.capture.frames;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** Reports whether one line, of the program or of a package, has taken both. */
function isSameCall({ capture: { caller: a } }: Taken, { capture: { caller: b } }: Taken): boolean {
  return a !== undefined && b !== undefined && sameLine(a, b);
}

function bodyOf(message: unknown): unknown {
  return isObject(message) && 'body' in message ? message.body : undefined;
}

/** Returns the stream that is still taken, if one is. */
function heldStream(taken: Taken): object | undefined {
  for (const weak of taken.streams) {
    const stream = weak.deref();
    if (!stream || !isOpen(stream)) continue;
    const isLocked = 'locked' in stream && stream.locked === true;
    if (taken.type === 'ReadableStream branch' ? !isLocked && hasQueue(stream) : isLocked) return stream;
  }
  return undefined;
}

function isOpen(stream: object): boolean {
  const state = internalObject(stream, 'kState');
  // if a Node release moves the state, a locked stream counts as open
  if (!state || !('state' in state)) return true;
  return state.state === 'readable' || state.state === 'writable';
}

/** Reports whether chunks wait in a branch: an unread one holds all that the other has read. */
function hasQueue(stream: object): boolean {
  const state = internalObject(stream, 'kState');
  const controller =
    state && 'controller' in state && typeof state.controller === 'object' ? state.controller : undefined;
  const inner = controller ? internal(controller, 'kState') : undefined;
  return (
    typeof inner === 'object' &&
    inner !== null &&
    'queueTotalSize' in inner &&
    Number(inner.queueTotalSize) > 0
  );
}
