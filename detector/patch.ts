type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Puts another function in the place of a method, under its name and length.
 *
 * @param make gets the real method and returns its stand-in
 * @returns takes it back, unless somebody has patched the method since: then his patch, and ours in it, stay
 * @throws if there is no such method
 */
export function patch(holder: object, name: string | symbol, make: (real: Method) => Method): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  const real: unknown = descriptor?.value;
  if (!descriptor || typeof real !== 'function') throw new TypeError(`no method ${String(name)} to watch`);
  const standIn = make(real as Method);
  Object.defineProperty(standIn, 'name', { value: real.name, configurable: true });
  Object.defineProperty(standIn, 'length', { value: real.length, configurable: true });
  // util.promisify and the like read properties of the function
  Object.setPrototypeOf(standIn, real);
  Object.defineProperty(holder, name, { ...descriptor, value: standIn });
  return () => {
    if (Object.getOwnPropertyDescriptor(holder, name)?.value === standIn) {
      Object.defineProperty(holder, name, descriptor);
    }
  };
}
