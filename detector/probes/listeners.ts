import { EventEmitter, getEventListeners } from 'node:events';
import type { Causes } from '../causes.ts';
import { currentOwner, nextSerial } from '../owner.ts';
import { Patches } from '../patch.ts';
import type { Birth, Leftover, Probe, Window } from '../probe.ts';
import { Capture, type Callable } from '../stack.ts';
import type { EmitterBirths } from './emitter-births.ts';
import { TargetBirths } from './target-births.ts';

interface Added extends Birth {
  readonly target: WeakRef<object>;
  readonly event: string | symbol;
  readonly listener: WeakRef<object>;
  readonly capture: Capture;
}

const depth = 24;

/**
 * Listeners that the program adds to something that lives longer than the scope, and does not take off.
 *
 * Longer lives what was there when the scope was marked, and a signal of `AbortSignal.any` over such
 * signals (Node keeps the composite alive as long as somebody listens to it, nodejs/node#55328). The
 * adding methods are patched while the probe runs. What Node itself adds to such targets is not shown,
 * and a few listeners on something made within the scope are the business of that thing.
 */
export class ListenerProbe implements Probe {
  readonly name = 'listeners';
  readonly #added = new Set<Added>();
  /** When an emitter was made while the probe runs; all others are older. */
  readonly #emitters = new WeakMap<object, number>();
  readonly #targets = new TargetBirths();
  readonly #composites = new WeakMap<object, readonly WeakRef<object>[]>();
  /** Every stack on which somebody began to listen, by target: tells what a wait waits for. */
  #listening = new WeakMap<object, Capture[]>();
  readonly #patches = new Patches();
  #sweepAt = 1000;

  readonly #causes: Causes;

  constructor(births: EmitterBirths, causes: Causes) {
    this.#causes = causes;
    births.onBirth((emitter) => this.#emitters.set(emitter, nextSerial()));
  }

  start(): void {
    this.#targets.start();
    const note = this.#note.bind(this);
    const noting = (real: Callable): ((this: unknown, ...args: unknown[]) => unknown) =>
      function listen(this: unknown, ...args: unknown[]): unknown {
        note(this, args[0], args[1], listen);
        return Reflect.apply(real, this, args);
      };
    this.#patches.method(EventEmitter.prototype, 'on', noting);
    this.#patches.method(EventEmitter.prototype, 'addListener', noting);
    this.#patches.method(EventEmitter.prototype, 'prependListener', noting);
    this.#patches.method(EventTarget.prototype, 'addEventListener', noting);
    this.#patches.method(AbortSignal, 'any', (real) => {
      const composites = this.#composites;
      return function any(this: unknown, ...args: unknown[]): unknown {
        // an iterable can be read only once
        const given = isIterable(args[0]) ? [...args[0]] : args[0];
        const sources = Array.isArray(given) ? given.filter((each) => each instanceof AbortSignal) : [];
        const composite = Reflect.apply(real, this, [given, ...args.slice(1)]);
        if (composite instanceof AbortSignal) {
          composites.set(
            composite,
            // Node flattens them as well: a composite in between may be collected
            sources.flatMap((source) => composites.get(source) ?? [new WeakRef<object>(source)]),
          );
        }
        return composite;
      };
    });
  }

  stop(): void {
    this.#patches.undo();
    this.#targets.stop();
    this.#added.clear();
    this.#listening = new WeakMap();
  }

  #note(target: unknown, event: unknown, listener: unknown, below: Callable): void {
    if (typeof target !== 'object' || target === null) return;
    if (typeof event !== 'string' && typeof event !== 'symbol') return;
    if (typeof listener !== 'function' && (typeof listener !== 'object' || listener === null)) return;
    // who inherits from an emitter and never constructs one is born with his first listener
    if (target instanceof EventEmitter && !Object.hasOwn(target, '_events') && !this.#emitters.has(target)) {
      this.#emitters.set(target, nextSerial());
    }
    const capture = new Capture(depth, this.#causes.current(), below);
    const known = this.#listening.get(target);
    // a thing that is listened to again and again must not gather stacks
    if (!known) this.#listening.set(target, [capture]);
    else if (known.length < 16) known.push(capture);
    this.#added.add({
      target: new WeakRef(target),
      event,
      listener: new WeakRef(listener),
      capture,
      serial: nextSerial(),
      owner: currentOwner(),
    });
    if (this.#added.size > this.#sweepAt) this.#sweep();
  }

  #sweep(): void {
    for (const added of this.#added) if (!isStillAttached(added)) this.#added.delete(added);
    this.#sweepAt = Math.max(1000, this.#added.size * 2);
  }

  left(window: Window): Leftover[] {
    const left: Leftover[] = [];
    const still = new Attached();
    for (const added of this.#added) {
      if (added.serial < window.mark || !window.includes(added)) continue;
      try {
        const target = added.target.deref();
        if (!target || !this.#outlives(target, window.mark)) continue;
        const leftover = leftoverOf(added, target, still);
        if (leftover) left.push(leftover);
        else this.#added.delete(added);
      } catch {
        // a target that can't be asked any more, a revoked proxy say, must not blind the probe to the others
        this.#added.delete(added);
      }
    }
    return left;
  }

  /** The stacks on which somebody began to listen to it. */
  listeningTo(target: object): readonly Capture[] {
    return this.#listening.get(target) ?? [];
  }

  letGo(): void {
    for (const added of this.#added) void added.capture.frames;
  }

  #outlives(target: object, mark: number): boolean {
    if (target instanceof EventEmitter) {
      const made = this.#emitters.get(target);
      return made === undefined || made < mark;
    }
    if (!(target instanceof EventTarget)) return false;
    const sources = this.#composites.get(target);
    if (!sources) return this.#targets.isOlder(target, mark);
    return sources.some((source) => {
      const signal = source.deref();
      return signal !== undefined && this.#outlives(signal, mark);
    });
  }
}

function leftoverOf(added: Added, target: object, still: Attached): Leftover | undefined {
  const { event, capture, owner } = added;
  const listener = added.listener.deref();
  if (!listener || isNodesOwn(capture)) return undefined;
  // of a listener that was added twice, `off` takes the newer one
  if (!still.takeOne(target, event, listener)) return undefined;
  return {
    kind: 'listener',
    type: nameOf(target),
    capture,
    owner,
    evidence: 'attached',
    detail: `'${String(event)}' of ${nameOf(target)}`,
    weak: added.target,
  };
}

/** How often each listener is attached at this moment, counted down as they are accounted for. */
class Attached {
  readonly #counts = new Map<
    object,
    { readonly target: object; readonly event: string | symbol; left: number }[]
  >();

  takeOne(target: object, event: string | symbol, listener: object): boolean {
    const known = this.#counts.get(listener) ?? [];
    let count = known.find((each) => each.target === target && each.event === event);
    if (!count) {
      count = { target, event, left: timesAttached(target, event, listener) };
      this.#counts.set(listener, [...known, count]);
    }
    count.left -= 1;
    return count.left >= 0;
  }
}

function isStillAttached({ target, event, listener }: Added): boolean {
  const [on, by] = [target.deref(), listener.deref()];
  try {
    return on !== undefined && by !== undefined && timesAttached(on, event, by) > 0;
  } catch {
    return false;
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/**
 * How often the listener is attached. Somebody else's code must not run, and a target may be anything that
 * inherits from an emitter.
 */
function timesAttached(target: object, event: string | symbol, listener: object): number {
  const same = (each: unknown): boolean => each === listener;
  if (target instanceof EventEmitter) {
    // what `once` adds is its wrapper, and that is what we were given: `listeners` would unwrap it
    return (EventEmitter.prototype.rawListeners.call(target, event) as unknown[]).filter(same).length;
  }
  return target instanceof EventTarget ? getEventListeners(target, String(event)).filter(same).length : 0;
}

const addingFiles = new Set([
  'node:events',
  'node:internal/event_target',
  'node:internal/events/abort_listener',
]);

/** Added by Node on its own account: between the program and the call stands more than `once` or `addAbortListener`. */
function isNodesOwn(capture: Capture): boolean {
  return !capture.apiFiles.every((file) => addingFiles.has(file));
}

function nameOf(target: object): string {
  if (target === process) return 'process';
  const name: unknown = target.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'object';
}
