/**
 * Resources that a program has started and not ended, where the operating system can't tell: timers, ports, polled
 * files. Wrappers of the functions that start and end them keep the count.
 */
import { before, isCallable, type Callable } from './before.ts';

interface Broadcast {
  readonly channel: WeakRef<object>;
  isRefd: boolean;
}

const timers = new Set<unknown>();
/** Timers that a counting function has started. */
const ours = new WeakSet<object>();
const deadlines = new Set<WeakRef<AbortSignal>>();
/** Open ports of channels; the runtime closes an unreachable one. */
const ports = new Set<WeakRef<object>>();
const closed = new WeakSet<object>();
const otherEnd = new WeakMap<object, WeakRef<object>>();
/** Open broadcast channels. A ref'd one keeps the process running, on Bun even after its object was collected. */
const broadcasts = new Set<Broadcast>();
const broadcastOf = new WeakMap<object, Broadcast>();
const polled = new Map<string, Set<unknown>>();

/** Counts from now on the resources that are started. @returns a function that returns the open ones, by type */
export function watchStarted(): () => Record<string, number> {
  countTimers();
  countDeadlines();
  globalThis.MessageChannel = countedChannel(globalThis.MessageChannel);
  globalThis.BroadcastChannel = countedBroadcast(globalThis.BroadcastChannel);
  return () => ({
    'handles Timeout': timers.size + alive(deadlines).filter((signal) => !signal.aborted).length,
    'handles MessagePort': alive(ports).filter((port) => !closed.has(port)).length,
    'handles BroadcastChannel': [...broadcasts].filter(
      ({ channel, isRefd }) => isRefd || channel.deref() !== undefined,
    ).length,
    'handles StatWatcher': [...polled.values()].filter((listeners) => listeners.size > 0).length,
  });
}

/** Counts the promise of a timer until it settles. */
export function countedPromise<Value>(promise: Promise<Value>): Promise<Value> {
  const end = (): void => void timers.delete(promise);
  timers.add(promise);
  promise.then(end, end);
  return promise;
}

/** Counts the sequence of an interval from its first value until the loop leaves it. */
export function countedSequence<Value>(sequence: AsyncIterator<Value>): NodeJS.AsyncIterator<Value> {
  const counted: NodeJS.AsyncIterator<Value, undefined> = {
    next: () => {
      timers.add(counted);
      return sequence.next();
    },
    return: () => {
      timers.delete(counted);
      return sequence.return?.() ?? Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => counted,
    [Symbol.asyncDispose]: async () => {
      await counted.return?.();
    },
  };
  return counted;
}

/** Wraps a channel class so that its two ports are counted until one is closed or they are unreachable. */
export function countedChannel<Class extends new () => { port1: object; port2: object }>(
  channel: Class,
): Class {
  return new Proxy(channel, {
    construct: (target, args, newTarget) => {
      const made = Reflect.construct(target, args, newTarget) as InstanceType<Class>;
      const { port1, port2 } = made;
      otherEnd.set(port1, new WeakRef(port2)).set(port2, new WeakRef(port1));
      for (const port of [port1, port2]) countPort(port);
      return made;
    },
  });
}

/** Wraps a broadcast channel class so that its channels are counted until closed, or unref'd and unreachable. */
export function countedBroadcast<Class extends new (name: string) => object>(channel: Class): Class {
  return new Proxy(channel, {
    construct: (target, args, newTarget) => {
      const made = Reflect.construct(target, args, newTarget) as object;
      countBroadcast(made);
      return made;
    },
  });
}

export function pollingStarted(file: string, listener: unknown): void {
  const listeners = polled.get(file) ?? new Set();
  polled.set(file, listeners.add(listener));
}

/** Ends the count of a polled file. @param listener `undefined` for all of them */
export function pollingEnded(file: string, listener: unknown): void {
  if (listener === undefined) polled.delete(file);
  else polled.get(file)?.delete(listener);
}

function countTimers(): void {
  const { clearTimeout } = globalThis;
  const sample = setTimeout(() => {}, 0);
  const prototype = Object.getPrototypeOf(sample) as object;
  clearTimeout(sample);
  const ended = (timer: unknown): void => void timers.delete(timer);
  before(prototype, 'close', ended);
  before(prototype, Symbol.dispose, ended);
  // also called for the runtime's own timers, whose end is not counted
  before(prototype, 'refresh', (timer) => {
    if (typeof timer === 'object' && timer !== null && ours.has(timer)) timers.add(timer);
  });
  for (const name of ['setTimeout', 'setInterval'] as const) {
    const start: unknown = globalThis[name];
    if (isCallable(start)) Reflect.set(globalThis, name, countedTimer(start, name === 'setInterval'));
  }
  for (const name of ['clearTimeout', 'clearInterval'] as const) {
    before(globalThis, name, (_, [timer]) => {
      // a program may also clear a timer by its number
      if (!timers.delete(timer) && timer !== undefined && typeof timer !== 'object')
        for (const each of timers) if (Number(each) === Number(timer)) timers.delete(each);
    });
  }
}

function countedTimer(start: Callable, repeats: boolean): Callable {
  const counted: Callable = (callback, ...rest) => {
    if (!isCallable(callback)) return start.call(globalThis, callback, ...rest);
    const fire: Callable = function (this: unknown, ...args) {
      if (!repeats) timers.delete(timer);
      return Reflect.apply(callback, this, args);
    };
    const timer = start.call(globalThis, fire, ...rest);
    timers.add(timer);
    if (typeof timer === 'object' && timer !== null) ours.add(timer);
    return timer;
  };
  // promisify looks for these properties too
  return Object.defineProperties(counted, Object.getOwnPropertyDescriptors(start));
}

/** Counts deadlines, which can't be cancelled: one is over once due or unreachable. */
function countDeadlines(): void {
  const { timeout } = AbortSignal;
  AbortSignal.timeout = (delay) => {
    const signal = Reflect.apply(timeout, AbortSignal, [delay]);
    deadlines.add(new WeakRef(signal));
    return signal;
  };
}

const watchedPrototypes = new Set<object>();

/** Returns the prototype of an object, the first time that it is met. */
function newPrototypeOf(object: object): object | undefined {
  const prototype = Object.getPrototypeOf(object) as object;
  if (watchedPrototypes.has(prototype)) return undefined;
  watchedPrototypes.add(prototype);
  return prototype;
}

function countPort(port: object): void {
  ports.add(new WeakRef(port));
  const prototype = newPrototypeOf(port);
  if (!prototype) return;
  before(prototype, 'close', (each) => {
    if (typeof each !== 'object' || each === null) return;
    closed.add(each);
    const other = otherEnd.get(each)?.deref();
    if (other) closed.add(other);
  });
}

function countBroadcast(channel: object): void {
  const broadcast: Broadcast = { channel: new WeakRef(channel), isRefd: true };
  broadcasts.add(broadcast);
  broadcastOf.set(channel, broadcast);
  const prototype = newPrototypeOf(channel);
  if (!prototype) return;
  const on = (name: string, act: (broadcast: Broadcast) => void): void =>
    before(prototype, name, (each) => {
      const known = broadcastOf.get(Object(each) as object);
      if (known) act(known);
    });
  on('close', (each) => void broadcasts.delete(each));
  on('ref', (each) => void (each.isRefd = true));
  on('unref', (each) => void (each.isRefd = false));
}

function alive<Value extends object>(references: Set<WeakRef<Value>>): Value[] {
  const values: Value[] = [];
  for (const reference of references) {
    const value = reference.deref();
    if (value === undefined) references.delete(reference);
    else values.push(value);
  }
  return values;
}
