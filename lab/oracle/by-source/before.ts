export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** Has something done before each call of a method, if there is one. */
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
  // Bun's timers have methods that can't be redefined, and can be set
  Reflect.set(object, name, instead);
}

export function isCallable(value: unknown): value is Callable {
  return typeof value === 'function';
}
