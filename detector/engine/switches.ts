import { apply, define, deleteProperty, descriptorOf, Map, WeakMap } from './intrinsics.ts';

export type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * A stand-in for a function of a module that programs take at load, such as `const { open } = require('fs')`.
 *
 * While it is off, a call goes to the function itself, without a frame of ours.
 */
export interface Switch {
  readonly real: Method;
  readonly standIn: Method;
  /** Makes calls go to `watched`. */
  on(watched: Method): void;
  off(): void;
}

/** The file whose frames stand between a caller and a watched function. */
export const switchFile = import.meta.filename;

/** The switch of each function, by the function and by its stand-in. */
const switches = new WeakMap<Method, Switch>();
/** The switches that stay in place, by their module and name. */
const kept = new WeakMap<object, Map<string, Switch>>();

/** Returns the switch of a function: always the same, so that what one scope took is watched in the next. */
function switchOf(real: Method): Switch {
  const known = switches.get(real);
  if (known) return known;
  const traps: ProxyHandler<Method> = Object.create(null) as ProxyHandler<Method>;
  const made: Switch = {
    real,
    standIn: new Proxy(real, traps),
    on: (watched) => {
      traps.apply = (_real, self, args: unknown[]) => apply(watched, self, args);
    },
    off: () => deleteProperty(traps, 'apply'),
  };
  switches.set(real, made).set(made.standIn, made);
  return made;
}

/** Returns the switch that stays in place at a module's name, or else that of the function that is there now. */
export function switchAt(module: object, name: string): Switch {
  const keptHere = kept.get(module)?.get(name);
  if (keptHere) return keptHere;
  const real: unknown = descriptorOf(module, name)?.value;
  if (typeof real !== 'function') throw new TypeError(`cannot watch \`${name}\`: no such function`);
  return switchOf(real as Method);
}

/** Reports whether a switch stays at a module's name, whatever the program has put there since. */
export function isKept(module: object, name: string): boolean {
  return kept.get(module)?.has(name) === true;
}

/** Puts a switch in a function's place for good, so that a program that takes the function takes the switch. */
export function keepSwitch(module: object, name: string): void {
  if (isKept(module, name)) return;
  const here = switchAt(module, name);
  const before = descriptorOf(module, name);
  define(module, name, { ...before, value: here.standIn });
  const ofModule = kept.get(module) ?? new Map<string, Switch>();
  kept.set(module, ofModule.set(name, here));
}
