import { isKept, switchAt, type Method } from './switches.ts';

export type { Method } from './switches.ts';

/** A set of patched methods and properties, restored together. */
export class Patches {
  readonly #takeBack: (() => void)[] = [];

  /**
   * Replaces a method by a stand-in of the same name and length.
   *
   * @param make gets the real method and returns its stand-in
   * @throws TypeError if the object has no such method
   */
  method(holder: object, name: string | symbol, make: (real: Method) => Method): void {
    const real: unknown = Object.getOwnPropertyDescriptor(holder, name)?.value;
    if (typeof real !== 'function') throw new TypeError(`cannot watch \`${String(name)}\`: no such method`);
    const standIn = make(real as Method);
    Object.defineProperty(standIn, 'name', { value: real.name, configurable: true });
    Object.defineProperty(standIn, 'length', { value: real.length, configurable: true });
    // util.promisify and the like read properties of the function
    Object.setPrototypeOf(standIn, real);
    this.property(holder, name, { value: standIn });
  }

  /**
   * Watches a function that programs take from its module at load: one that was taken in an earlier scope is watched
   * too, and so is one that was taken since {@link keepSwitch} put its switch in place.
   *
   * @param make gets the real function and returns its stand-in
   * @throws TypeError if the module has no such function
   */
  exported(module: object, name: string, make: (real: Method) => Method): void {
    const here = switchAt(module, name);
    here.on(make(here.real));
    this.#takeBack.push(() => here.off());
    if (!isKept(module, name)) this.property(module, name, { value: here.standIn });
  }

  /**
   * Changes a part of a property.
   *
   * @throws TypeError if the object has no such property, or it can't be changed
   */
  property(holder: object, name: string | symbol, change: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(holder, name);
    if (!before) throw new TypeError(`cannot watch \`${String(name)}\`: no such property`);
    const isAccessor = 'get' in change || 'set' in change;
    Object.defineProperty(holder, name, isAccessor ? { ...before, ...change } : asData(before, change));
    const now = Object.getOwnPropertyDescriptor(holder, name);
    this.#takeBack.push(() => {
      const found = Object.getOwnPropertyDescriptor(holder, name);
      // a later patch stays, and calls ours
      if (found?.value === now?.value && found?.get === now?.get) Object.defineProperty(holder, name, before);
    });
  }

  /** Restores everything, the last patch first; a later patch of the program stays. */
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
