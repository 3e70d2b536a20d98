export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** Calls a function before each call of a method, if the object has that method. */
export function before(
  object: object,
  name: PropertyKey,
  act: (self: unknown, args: unknown[]) => void,
): void {
  const original: unknown = Reflect.get(object, name);
  if (!isCallable(original)) return;
  const instead: Callable = function (this: unknown, ...args) {
    act(this, args);
    return Reflect.apply(original, this, args);
  };
  // methods of Bun's timers can't be redefined, but they can be set
  Reflect.set(object, name, instead);
}

export function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}
