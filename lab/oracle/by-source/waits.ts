/**
 * Awaits that the program entered and never left, as its rewritten source reports them: for engines without promise
 * hooks. An await is left when its promise settles. The watch keeps nothing alive.
 */
import { stallsOf, type Await, type Stalls } from '../open-awaits.ts';
import { hooks } from './hooks.ts';

// before the program can replace them
const { then } = Promise.prototype;
const open = new Set<Await>();

/** Defines the global functions that the rewritten source calls. @returns a function that counts the open awaits */
export function watchWaits(): () => Stalls {
  Object.assign(globalThis, { [hooks.entered]: entered, [hooks.iterated]: iterated });
  return () => stallsOf(open);
}

/** Returns the promise that an `await` makes of its operand, noted until it settles. */
export function entered(operand: unknown, site: string): unknown {
  if (!isObject(operand)) return operand;
  // the same object for a promise, and for a thenable the promise that an await makes of it
  const promise = Promise.resolve(operand);
  const wait: Await = { site, awaited: new WeakRef(promise) };
  const leave = (): void => void open.delete(wait);
  open.add(wait);
  void Reflect.apply(then, promise, [leave, leave]);
  return promise;
}

/** Returns the same sequence, with each wait of a `for await` noted. */
export function iterated(source: unknown, site: string): unknown {
  const waited = (answer: unknown): unknown => entered(answer, site);
  const makeAsync: unknown = Reflect.get(Object(source), Symbol.asyncIterator);
  if (typeof makeAsync === 'function') {
    return { [Symbol.asyncIterator]: () => passed(Reflect.apply(makeAsync, source, []), waited) };
  }
  const make: unknown = Reflect.get(Object(source), Symbol.iterator);
  // the engine reports the error
  if (typeof make !== 'function') return source;
  // a loop over a plain sequence waits for its values
  const waitedValue = (answer: unknown): unknown => {
    const { done, value } = answer as IteratorResult<unknown>;
    return { done, value: waited(value) };
  };
  return { [Symbol.iterator]: () => passed(Reflect.apply(make, source, []), waitedValue) };
}

/** Returns an iterator that passes on, and shows its answers to `seen`. */
function passed(iterator: object, seen: (answer: unknown) => unknown): object {
  const { next } = iterator as { next: unknown };
  const pass = (method: unknown): ((...args: unknown[]) => unknown) | undefined =>
    typeof method === 'function' ? (...args) => seen(Reflect.apply(method, iterator, args)) : undefined;
  return {
    next: pass(next),
    // a loop reads these only when it is left
    get return() {
      return pass(Reflect.get(iterator, 'return'));
    },
    get throw() {
      return pass(Reflect.get(iterator, 'throw'));
    },
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
