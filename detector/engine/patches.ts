export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** Methods that were given a stand-in, to be taken back together. */
export class Patches {
  readonly #takeBack: (() => void)[] = [];

  /**
   * Puts another function in the place of a method, under its name and length.
   *
   * @param make gets the real method and returns its stand-in
   * @throws TypeError if there is no such method
   */
  method(holder: object, name: string | symbol, make: (real: Method) => Method): void {
    const real: unknown = Object.getOwnPropertyDescriptor(holder, name)?.value;
    if (typeof real !== 'function') throw new TypeError(`no method ${String(name)} to watch`);
    const standIn = make(real as Method);
    Object.defineProperty(standIn, 'name', { value: real.name, configurable: true });
    Object.defineProperty(standIn, 'length', { value: real.length, configurable: true });
    // util.promisify and the like read properties of the function
    Object.setPrototypeOf(standIn, real);
    this.property(holder, name, { value: standIn });
  }

  /**
   * Changes a part of a property.
   *
   * @throws TypeError if there is no such property, or it can't be changed
   */
  property(holder: object, name: string | symbol, change: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(holder, name);
    if (!before) throw new TypeError(`no property ${String(name)} to watch`);
    const isAccessor = 'get' in change || 'set' in change;
    Object.defineProperty(holder, name, isAccessor ? { ...before, ...change } : asData(before, change));
    const now = Object.getOwnPropertyDescriptor(holder, name);
    this.#takeBack.push(() => {
      const found = Object.getOwnPropertyDescriptor(holder, name);
      // whoever changed it since keeps his change, and ours in it
      if (found?.value === now?.value && found?.get === now?.get) Object.defineProperty(holder, name, before);
    });
  }

  /** Takes everything back, the last first. What somebody has patched since stays as he has it. */
  undo(): void {
    for (const takeBack of this.#takeBack.splice(0).toReversed()) takeBack();
  }
}

function asData(before: PropertyDescriptor, { value }: PropertyDescriptor): PropertyDescriptor {
  return {
    value,
    writable: true,
    configurable: before.configurable ?? true,
    enumerable: before.enumerable ?? false,
  };
}
