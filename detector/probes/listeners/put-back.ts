import { EventEmitter } from 'node:events';
import type { Guard } from '../../engine/guard.ts';
import { apply, ownKeys, WeakMap } from '../../engine/intrinsics.ts';
import { nextSerial } from '../../origin/owner.ts';
import { Patches } from '../../engine/patches.ts';
import type { Birth } from '../probe.ts';
import { listenersOf } from './attached.ts';
import { isTargetOfNode } from './target-births.ts';
import { callReal } from '../../origin/real-call.ts';

// taken at load, before a test replaces it
const { listenerCount } = EventEmitter.prototype;

/** A time for which a listener was attached, from its birth to the serial of its removal. */
export interface Spell extends Partial<Birth> {
  /** The serial of the adding; 0 if it was not seen. */
  readonly serial: number;
  readonly removed: number;
}

/** A listener that was added within the watch. */
export interface Attachment extends Birth {
  /** The earlier times for which it was attached, oldest first. */
  readonly earlier: readonly Spell[];
}

/** The state of one function on one event of one target. */
interface Known {
  readonly event: string | symbol;
  readonly attached: Attachment[];
  readonly takenOff: (readonly Spell[])[];
}

/** The spells that are kept of one listener: its first and its last ones. */
const mostSpells = 32;

/**
 * The listeners that were taken off, so that one put back is known to have been there before.
 *
 * As many of a function as were attached when a scope began are no leak of it. The removing methods are patched while
 * the probe runs; a `once` that fires is a removal as well.
 */
export class PutBack {
  #known = new WeakMap<object, WeakMap<object, Known[]>>();
  readonly #patches = new Patches();
  /** True within a method that may call another of the patched ones. */
  #isWithin = false;
  readonly #guard: Guard;
  readonly #dropped: (attachment: Attachment) => void;

  /** @param dropped is called with each attachment that a removal ended */
  constructor(guard: Guard, dropped: (attachment: Attachment) => void) {
    this.#guard = guard;
    this.#dropped = dropped;
  }

  /**
   * @param isOfInterest reports whether a target may outlive a scope
   * @param targets the prototype of event targets; absent where a DOM library has replaced Node's
   */
  start(isOfInterest: (target: object) => boolean, targets: EventTarget | undefined): void {
    const removed = this.#guard.hook(this.#removed.bind(this));
    const isWatched = this.#guard.hook(
      (target: object): boolean =>
        (target instanceof EventEmitter || isTargetOfNode(target)) && !this.#isWithin && isOfInterest(target),
    );
    const watched = (target: unknown): target is object =>
      typeof target === 'object' && target !== null && isWatched(target) === true;
    const count = this.#guard.hook(countOf);
    const attachedBefore = this.#guard.hook((target: object, event: unknown) => {
      const events = event === undefined ? ownKeys(eventsOf(target)) : [event as string];
      return events.map((each) => [each, listenersOf(target, each)] as const);
    });
    const ended = this.#guard.hook((target: object, before: ReturnType<typeof attachedBefore>) => {
      for (const [event, listeners] of before ?? []) {
        if (listenersOf(target, event).length > 0) continue;
        for (const listener of listeners) this.#removed(target, event, listener as object);
      }
    });
    const within = (work: () => unknown): unknown => {
      this.#isWithin = true;
      try {
        return work();
      } finally {
        this.#isWithin = false;
      }
    };
    const removers: [object, string][] = [
      [EventEmitter.prototype, 'off'],
      [EventEmitter.prototype, 'removeListener'],
      ...(targets ? [[targets, 'removeEventListener'] as [object, string]] : []),
    ];
    for (const [prototype, name] of removers) {
      this.#patches.method(prototype, name, (real) => {
        return function off(this: unknown, ...args: unknown[]): unknown {
          if (!watched(this)) return callReal(real, this, args);
          const [event, listener] = args as [string | symbol, object];
          const before = count(this, event, listener) ?? 0;
          const result = callReal(real, this, args);
          if (before > 0 && (count(this, event, listener) ?? before) < before) removed(this, event, listener);
          return result;
        };
      });
    }
    this.#patches.method(EventEmitter.prototype, 'removeAllListeners', (real) => {
      return function removeAllListeners(this: unknown, ...args: unknown[]): unknown {
        if (!watched(this)) return callReal(real, this, args);
        const before = attachedBefore(this, args[0]);
        const result = within(() => callReal(real, this, args));
        ended(this, before);
        return result;
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#known = new WeakMap();
  }

  /** Returns the earlier spells of a listener that is about to be added; none unless it was taken off before. */
  takeBack(target: object, event: string | symbol, listener: object): readonly Spell[] {
    return this.#find(target, event, listener)?.takenOff.pop() ?? [];
  }

  /** Notes that a listener was added within the watch. */
  attached(target: object, event: string | symbol, listener: object, added: Attachment): void {
    const known = this.#find(target, event, listener) ?? this.#make(target, event, listener);
    // a target also removes by itself: after `once`, or with a signal
    if (known.attached.length > 0)
      known.attached.length = Math.min(known.attached.length, countOf(target, event, listener));
    known.attached.push(added);
  }

  #removed(target: object, event: string | symbol, listener: object): void {
    const known = this.#find(target, event, listener) ?? this.#make(target, event, listener);
    const ended = known.attached.pop();
    if (ended) this.#dropped(ended);
    const { serial, owner, earlier } = ended ?? unseen;
    const spells = [...earlier, { serial, owner, removed: nextSerial() }];
    if (spells.length > mostSpells) spells.splice(1, 1);
    known.takenOff.push(spells);
    if (known.takenOff.length > mostSpells) known.takenOff.shift();
  }

  #find(target: object, event: string | symbol, listener: object): Known | undefined {
    return this.#known
      .get(target)
      ?.get(unwrapped(listener))
      ?.find((known) => known.event === event);
  }

  #make(target: object, event: string | symbol, listener: object): Known {
    const ofTarget = this.#known.get(target) ?? new WeakMap<object, Known[]>();
    this.#known.set(target, ofTarget);
    const key = unwrapped(listener);
    const made: Known = { event, attached: [], takenOff: [] };
    ofTarget.set(key, [...(ofTarget.get(key) ?? []), made]);
    return made;
  }
}

/** The attachment of a listener that was there before the watch. */
const unseen: Attachment = { serial: 0, owner: undefined, earlier: [] };

/** Returns the function that the program gave to `once`, or the listener itself. */
function unwrapped(listener: object): object {
  const given: unknown = 'listener' in listener ? listener.listener : undefined;
  return typeof given === 'function' ? given : listener;
}

function countOf(target: object, event: string | symbol, listener: object): number {
  // without a copy of what may be a long list
  if (target instanceof EventEmitter) {
    return apply(listenerCount, target, [event, listener as () => void]);
  }
  return listenersOf(target, event).includes(listener) ? 1 : 0;
}

function eventsOf(target: object): object {
  const events: unknown = '_events' in target ? target._events : undefined;
  return typeof events === 'object' && events !== null ? events : {};
}

/** Reports whether a listener with these spells was attached when a scope was marked. */
export function wasAttachedAt(mark: number, spells: readonly Spell[]): boolean {
  return spells.some(({ serial, removed }) => serial < mark && mark <= removed);
}
