/** The parts of the language that hooks use, taken at load: a test may replace or delete the program's. */

// a throw in a hook of Node ends the process
export const { apply, construct, deleteProperty, getPrototypeOf, ownKeys } = Reflect;
const { defineProperty, get, getOwnPropertyDescriptor, set, setPrototypeOf } = Reflect;

const { then } = Promise.prototype;

/** Calls `work` with the value of a promise of Node's, whatever the program has made of `Promise`. */
export function chain<Value, Result>(
  promise: Promise<Value>,
  work: (value: Value) => Result,
): Promise<Awaited<Result>> {
  return apply(then as () => Promise<Awaited<Result>>, promise, [work] as unknown as []);
}

/** Returns the value of a property. */
export const getProperty: (holder: object, key: PropertyKey) => unknown = get;

/** Sets a property, as an assignment does, and reports whether that worked. */
export const setProperty = set;

/** Returns the descriptor of an own property; to define one again, use {@link define}. */
export const descriptorOf: (holder: object, key: PropertyKey) => PropertyDescriptor | undefined =
  getOwnPropertyDescriptor;

/** Defines a property, whatever `Object.prototype` has, and reports whether that worked. */
export function define(holder: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
  return defineProperty(holder, key, { __proto__: null, ...descriptor } as PropertyDescriptor);
}

/** Returns a class that works as `Base`, also after a test has changed the prototype of `Base`. */
function fixed<Class extends { readonly prototype: object }>(Base: Class): Class {
  const Fixed = class extends (Base as unknown as new (...args: unknown[]) => object) {};
  for (const key of ownKeys(Base.prototype)) {
    const descriptor = descriptorOf(Base.prototype, key);
    if (descriptor && key !== 'constructor') define(Fixed.prototype, key, descriptor);
  }
  setPrototypeOf(Fixed.prototype, null);
  return Fixed as unknown as Class;
}

// under the names of the language, so that code which uses them reads as any other
const {
  FinalizationRegistry: RealFinalizationRegistry,
  Map: RealMap,
  Set: RealSet,
  WeakMap: RealWeakMap,
  WeakRef: RealWeakRef,
  WeakSet: RealWeakSet,
} = globalThis;
export const FinalizationRegistry = fixed(RealFinalizationRegistry);
export const Map = fixed(RealMap);
export const Set = fixed(RealSet);
export const WeakMap = fixed(RealWeakMap);
export const WeakRef = fixed(RealWeakRef);
export const WeakSet = fixed(RealWeakSet);
