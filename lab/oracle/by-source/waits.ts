/**
 * Which awaits of the program were entered and never left, by what its rewritten source says: for engines that have
 * no promise hooks.
 *
 * An await is left when what it waits for is settled. Nothing is held by being watched.
 */
import { stallsOf, type Await, type Stalls } from '../open-awaits.ts';
import { hooks } from './hooks.ts';

// before the program can replace them
const { then } = Promise.prototype;
const open = new Set<Await>();

/** Called from now on by what {@link instrument} has rewritten. */
export function watchWaits(): () => Stalls {
  Object.assign(globalThis, { [hooks.entered]: entered, [hooks.iterated]: iterated });
  return () => stallsOf(open);
}

/** What an `await` makes of its operand, noted until it is settled. */
export function entered(operand: unknown, site: string): unknown {
  if (!isObject(operand)) return operand;
  // for a promise the same object, for a thenable what the await would make of it
  const promise = Promise.resolve(operand);
  const wait: Await = { site, awaited: new WeakRef(promise) };
  const leave = (): void => void open.delete(wait);
  open.add(wait);
  void Reflect.apply(then, promise, [leave, leave]);
  return promise;
}

/** The same sequence, with each of the waits of a `for await` noted. */
export function iterated(source: unknown, site: string): unknown {
  const waited = (answer: unknown): unknown => entered(answer, site);
  const makeAsync: unknown = Reflect.get(Object(source), Symbol.asyncIterator);
  if (typeof makeAsync === 'function') {
    return { [Symbol.asyncIterator]: () => passed(Reflect.apply(makeAsync, source, []), waited) };
  }
  const make: unknown = Reflect.get(Object(source), Symbol.iterator);
  // for the engine to say what is wrong with it
  if (typeof make !== 'function') return source;
  // of a plain sequence it is the values that are waited for
  const waitedValue = (answer: unknown): unknown => {
    const { done, value } = answer as IteratorResult<unknown>;
    return { done, value: waited(value) };
  };
  return { [Symbol.iterator]: () => passed(Reflect.apply(make, source, []), waitedValue) };
}

/** An iterator that passes on, and has its answers seen. */
function passed(iterator: object, seen: (answer: unknown) => unknown): object {
  const { next } = iterator as { next: unknown };
  const pass = (method: unknown): ((...args: unknown[]) => unknown) | undefined =>
    typeof method === 'function' ? (...args) => seen(Reflect.apply(method, iterator, args)) : undefined;
  return {
    next: pass(next),
    // only asked for when the loop is left
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
