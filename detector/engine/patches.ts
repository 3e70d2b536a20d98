import { define, descriptorOf } from './intrinsics.ts';
import { isKept, switchAt, type Method } from './switches.ts';

export type { Method } from './switches.ts';

/** A set of patched methods and properties, restored together. */
export class Patches {
  #takeBack: (() => void)[] = [];

  /**
   * Replaces a method by a stand-in of the same name and length.
   *
   * The stand-in runs on the program's stack: what it does itself belongs into a hook of a Guard.
   *
   * @param make gets the real method and returns its stand-in
   * @throws TypeError if the object has no such method
   */
  method(holder: object, name: string | symbol, make: (real: Method) => Method): void {
    const real: unknown = descriptorOf(holder, name)?.value;
    if (typeof real !== 'function') throw new TypeError(`cannot watch \`${String(name)}\`: no such method`);
    const standIn = make(real as Method);
    define(standIn, 'name', { value: real.name, configurable: true });
    define(standIn, 'length', { value: real.length, configurable: true });
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
    const before = descriptorOf(holder, name);
    if (!before) throw new TypeError(`cannot watch \`${String(name)}\`: no such property`);
    const isAccessor = Object.hasOwn(change, 'get') || Object.hasOwn(change, 'set');
    if (!define(holder, name, isAccessor ? { ...before, ...change } : asData(before, change)))
      throw new TypeError(`cannot watch \`${String(name)}\`: the property can't be changed`);
    const now = descriptorOf(holder, name);
    this.#takeBack[this.#takeBack.length] = () => {
      const found = descriptorOf(holder, name);
      // a later patch stays, and calls ours
      if (found && found.value === now?.value && found.get === now?.get) define(holder, name, before);
    };
  }

  /** Restores everything, the last patch first; a later patch of the program stays. */
  undo(): void {
    const all = this.#takeBack;
    this.#takeBack = [];
    for (let index = all.length - 1; index >= 0; index -= 1) all[index]?.();
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
