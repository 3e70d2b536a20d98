import { AsyncLocalStorage } from 'node:async_hooks';

/** The scope that owns what is made in its async context; compared by identity. */
export interface Owner {
  readonly name: string;
  /** The owner in whose async context this one began. */
  readonly parent?: Owner;
  /** True for a test runner between its tests: its many awaits are no leaks. */
  readonly isRunner?: boolean;
}

/** Reports whether `owner` is `ancestor` or began within `ancestor`. */
export function isWithin(owner: Owner | undefined, ancestor: Owner): boolean {
  for (let each = owner; each; each = each.parent) if (each === ancestor) return true;
  return false;
}

/** Reports whether things of two owners may depend on each other; things of separate scopes never do. */
export function mayDepend(a: Owner | undefined, b: Owner | undefined): boolean {
  return a === undefined || b === undefined || isWithin(a, b) || isWithin(b, a);
}

const current = new AsyncLocalStorage<Owner | undefined>();

/** Runs `work` so that `owner` owns what `work` makes, also after awaits. */
export function runAs<Result>(owner: Owner, work: () => Result): Result {
  return current.run(owner, work);
}

/** Makes `owner` own what the calling async function makes from here on, also after its awaits. */
export function enterAs(owner: Owner | undefined): void {
  current.enterWith(owner);
}

/** Returns the owner of the current async context. */
export function currentOwner(): Owner | undefined {
  return current.getStore();
}

let isRunnerAround = false;

/** Attributes everything without an owner, from now on, to a test runner between its tests. */
export function runnerIsAround(): void {
  isRunnerAround = true;
}

/** Reports whether a test runner is present and runs no test or hook now. */
export function isOfRunner(): boolean {
  return isRunnerAround && current.getStore() === undefined;
}

/** Reports whether a test runner's own code runs now, and no test. */
export function isRunnerAtWork(): boolean {
  return isOfRunner() || current.getStore()?.isRunner === true;
}

let serial = 0;

/** Returns a number larger than all before it. */
export function nextSerial(): number {
  serial += 1;
  return serial;
}

/** Returns a number that changes when something new is recorded: in an idle program it stays the same. */
export function lastActivity(): number {
  return serial;
}
