import { EventEmitter } from 'node:events';
import { Guard } from '../../engine/guard.ts';
import { Set, WeakMap, WeakRef } from '../../engine/intrinsics.ts';
import type { ScheduledBy } from '../../origin/scheduled-by.ts';
import { StackAllowance } from '../../origin/level.ts';
import { currentOwner, isOfRunner, nextSerial } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import type { Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../../origin/capture.ts';
import { isClosed } from '../handles/handle-state.ts';
import { Attached, listenersOf } from './attached.ts';
import { DomListeners } from './dom-listeners.ts';
import type { EmitterBirths } from './emitter-births.ts';
import { Stamp } from '../../engine/serial-stamp.ts';
import { Unread } from '../../origin/unread-stacks.ts';
import { PutBack, wasAttachedAt, type Attachment } from './put-back.ts';
import { areTargetsOfNode, isSignalOfNode, isTargetOfNode, TargetBirths } from './target-births.ts';
import { callReal } from '../../origin/real-call.ts';

interface Added extends Attachment {
  readonly target: WeakRef<object>;
  readonly event: string | symbol;
  readonly listener: WeakRef<object>;
  /** Absent if the allowance was used up. */
  readonly capture: Capture | undefined;
}

const depth = 24;

/**
 * The probe of listeners that the program adds to a target that outlives the scope, and does not remove.
 *
 * A target outlives the scope if it was there when the scope was marked. So does a signal of `AbortSignal.any` over
 * such signals: Node keeps the composite alive as long as it has a listener (nodejs/node#55328). The adding methods are
 * patched while the probe runs. Does not report listeners that Node adds, nor those on a target made within the scope,
 * which go with their target.
 */
export class ListenerProbe implements Probe {
  readonly name = 'listeners';
  readonly guard = new Guard();
  readonly allowance = new StackAllowance(300, 0.2);
  /** The newest scope's mark: targets made after it outlive no scope. */
  newestMark = 0;
  readonly #added = new Set<Added>();
  readonly #targets = new TargetBirths(this.guard);
  readonly #composites = new WeakMap<object, readonly WeakRef<object>[]>();
  /** The stacks on which a listener was added, by target: they tell what a wait waits for. */
  #listening = new WeakMap<object, Capture[]>();
  readonly #unread = new Unread();
  readonly #patches = new Patches();
  readonly #putBack = new PutBack(this.guard, (ended) => this.#added.delete(ended as Added));
  #sweepAt = 1000;

  readonly #scheduledBy: ScheduledBy;
  readonly #areWaitsWatched: () => boolean;
  readonly #ofDom: DomListeners;

  /** @param areWaitsWatched true while the targets of suspended functions must be known */
  constructor(births: EmitterBirths, scheduledBy: ScheduledBy, areWaitsWatched: () => boolean) {
    this.#scheduledBy = scheduledBy;
    this.#areWaitsWatched = areWaitsWatched;
    this.#ofDom = new DomListeners(scheduledBy, this.allowance, this.guard);
    births.onBirth(this.guard, (emitter) => Stamp.put(emitter, nextSerial()));
  }

  start(): void {
    const hasTargets = areTargetsOfNode();
    this.#putBack.start(
      (target) => !isOfRunner() && (Stamp.of(target) ?? 0) < this.newestMark,
      hasTargets ? EventTarget.prototype : undefined,
    );
    const note = this.guard.hook(this.#note.bind(this));
    const noting = (real: Callable): ((this: unknown, ...args: unknown[]) => unknown) =>
      function listen(this: unknown, ...args: unknown[]): unknown {
        note(this, args[0], args[1], listen);
        return callReal(real, this, args);
      };
    this.#patches.method(EventEmitter.prototype, 'on', noting);
    this.#patches.method(EventEmitter.prototype, 'addListener', noting);
    this.#patches.method(EventEmitter.prototype, 'prependListener', noting);
    this.#ofDom.start();
    if (!hasTargets) return;
    this.#targets.start();
    this.#patches.method(EventTarget.prototype, 'addEventListener', noting);
    this.#patches.method(AbortSignal, 'any', (real) => {
      const composites = this.#composites;
      const note = this.guard.hook((composite: unknown, given: unknown): void => {
        if (!isSignalOfNode(composite)) return;
        const sources = Array.isArray(given) ? given.filter(isSignalOfNode) : [];
        composites.set(
          composite,
          // Node flattens them as well: a composite in between may be collected
          sources.flatMap((source) => composites.get(source) ?? [new WeakRef<object>(source)]),
        );
      });
      return function any(this: unknown, ...args: unknown[]): unknown {
        // an iterable can be read only once
        if (isIterable(args[0]) && !Array.isArray(args[0])) args[0] = [...args[0]];
        const composite = callReal(real, this, args);
        note(composite, args[0]);
        return composite;
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#ofDom.stop();
    this.#targets.stop();
    this.#putBack.stop();
    this.#added.clear();
    this.#unread.clear();
    this.#listening = new WeakMap();
  }

  #note(target: unknown, event: unknown, listener: unknown, below: Callable): void {
    if (typeof target !== 'object' || target === null || isOfRunner()) return;
    // the many targets made within the scope matter only to suspended functions
    if ((Stamp.of(target) ?? 0) >= this.newestMark && !this.#areWaitsWatched()) return;
    if (typeof event !== 'string' && typeof event !== 'symbol') return;
    if (typeof listener !== 'function' && (typeof listener !== 'object' || listener === null)) return;
    // an object that inherits from an emitter and never constructed one is born with its first listener
    if (target instanceof EventEmitter && !Object.hasOwn(target, '_events') && !Stamp.of(target)) {
      Stamp.put(target, nextSerial());
    }
    const outlives = this.#birthOf(target) < this.newestMark;
    if (!outlives && !this.#areWaitsWatched()) return;
    const capture = this.allowance.take()
      ? new Capture(depth, this.#scheduledBy.current(), below)
      : undefined;
    if (capture) this.#listens(target, capture);
    if (!outlives) return;
    const spells = this.#putBack.takeBack(target, event, listener);
    const last = spells[spells.length - 1];
    // no scope began between its removal and now
    const isAsBefore = last !== undefined && last.serial < this.newestMark && last.removed >= this.newestMark;
    if (isAsBefore && last.serial === 0) return;
    const added: Added = {
      target: new WeakRef(target),
      event,
      listener: new WeakRef(listener),
      capture,
      ...(isAsBefore
        ? { serial: last.serial, owner: last.owner, earlier: spells.slice(0, -1) }
        : { serial: nextSerial(), owner: currentOwner(), earlier: spells }),
    };
    this.#putBack.attached(target, event, listener, added);
    this.#added.add(added);
    if (this.#added.size > this.#sweepAt) this.#sweep();
  }

  #listens(target: object, capture: Capture): void {
    const known = this.#listening.get(target);
    // a pipeline adds two dozen to each stream; a target that is listened to again and again must not gather stacks
    if (!known) this.#listening.set(target, [capture]);
    else if (known.length < 64) known[known.length] = capture;
    this.#unread.add(capture);
  }

  #sweep(): void {
    for (const added of this.#added) if (!isStillAttached(added)) this.#added.delete(added);
    this.#sweepAt = Math.max(1000, this.#added.size * 2);
  }

  left(window: Window): Leftover[] {
    const left = this.#ofDom.left(window);
    const still = new Attached();
    for (const added of this.#added) {
      if (!window.includes(added)) continue;
      try {
        const target = added.target.deref();
        if (!target || hasEnded(target)) continue;
        const listener = added.listener.deref();
        const { capture } = added;
        // `off` removes the newer one of a listener that was added twice
        if (!listener || !still.takeOne(target, added.event, listener)) this.#added.delete(added);
        else if (!capture) window.suspect(`listener of ${nameOf(target)}`, added);
        else if (isNodesOwn(capture)) this.#added.delete(added);
        else left.push({ ...leftoverOf({ ...added, capture }, target), targetBorn: this.#birthOf(target) });
      } catch {
        // a target that throws, such as a revoked proxy, must not blind the probe to the others
        this.#added.delete(added);
      }
    }
    return left;
  }

  /** Returns the stacks on which a listener was added to the target. */
  listeningTo(target: object): readonly Capture[] {
    return this.#listening.get(target) ?? [];
  }

  letGo(): void {
    this.#unread.read();
    this.#ofDom.letGo();
  }

  /** Returns the serial of a target: 0 if it is older than the watch, Infinity if it is no target. */
  #birthOf(target: object): number {
    // an emitter without a stamp was made before the probe ran
    if (target instanceof EventEmitter) return Stamp.of(target) ?? 0;
    if (!isTargetOfNode(target)) return Infinity;
    const sources = this.#composites.get(target);
    if (!sources) return this.#targets.birthOf(target);
    const births = sources
      .map((source) => source.deref())
      .map((signal) => (signal ? this.#birthOf(signal) : Infinity));
    return Math.min(...births);
  }
}

function leftoverOf(added: Added & { readonly capture: Capture }, target: object): Leftover {
  const { event, capture, owner, serial, target: weak, earlier } = added;
  return {
    kind: 'listener',
    type: nameOf(target),
    capture,
    owner,
    serial,
    evidence: 'attached',
    facts: () => ({ event: String(event), target: nameOf(target) }),
    weak,
    isOpen: () => isStillAttached(added),
    wasThere: (mark) => wasAttachedAt(mark, earlier),
  };
}

function isStillAttached({ target, event, listener }: Added): boolean {
  const [on, by] = [target.deref(), listener.deref()];
  try {
    return on !== undefined && by !== undefined && listenersOf(on, event).includes(by);
  } catch {
    return false;
  }
}

/** Reports whether a server, stream or child process is closed: it calls no listener unless it is opened again. */
function hasEnded(target: object): boolean {
  if (!(target instanceof EventEmitter)) return false;
  return isClosed(target) || ('destroyed' in target && target.destroyed === true);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

const addingFiles = new Set([
  'node:events',
  'node:internal/event_target',
  'node:internal/events/abort_listener',
]);

/** Reports whether Node added a listener for itself: more than `once` or `addAbortListener` called the method. */
function isNodesOwn(capture: Capture): boolean {
  return !capture.apiFiles.every((file) => addingFiles.has(file));
}

function nameOf(target: object): string {
  if (target === process) return 'process';
  const name: unknown = target.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'object';
}
