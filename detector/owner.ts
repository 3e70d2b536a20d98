import { AsyncLocalStorage } from 'node:async_hooks';

/** Whoever is to be blamed for what is made in its async context; compared by identity. */
export interface Owner {
  readonly name: string;
  /** In whose async context it began. */
  readonly parent?: Owner;
  /** A test runner at work between tests: its own awaits are many, and nobody's leak. */
  readonly isRunner?: boolean;
}

/** Whether it is `ancestor`, or began within it. */
export function isWithin(owner: Owner | undefined, ancestor: Owner): boolean {
  for (let each = owner; each; each = each.parent) if (each === ancestor) return true;
  return false;
}

/**
 * Whether what one has made may depend on what the other has: scopes that run beside each other have nothing to
 * do with each other.
 */
export function mayDepend(a: Owner | undefined, b: Owner | undefined): boolean {
  return a === undefined || b === undefined || isWithin(a, b) || isWithin(b, a);
}

const current = new AsyncLocalStorage<Owner>();

/** Runs `work` so that all it makes, now and after its awaits, is owned by `owner`. */
export function runAs<Result>(owner: Owner, work: () => Result): Result {
  return current.run(owner, work);
}

/** The owner of the async context in which this is called. */
export function currentOwner(): Owner | undefined {
  return current.getStore();
}

let isRunnerAround = false;

/** From now on, what is nobody's is a test runner at work between tests: it can't be told so otherwise. */
export function runnerIsAround(): void {
  isRunnerAround = true;
}

/** Whether a test runner is around, and what is made now is none of its tests' or hooks'. */
export function isOfRunner(): boolean {
  return isRunnerAround && current.getStore() === undefined;
}

/** Whether a test runner is at work, and none of its tests. */
export function isRunnerAtWork(): boolean {
  return isOfRunner() || current.getStore()?.isRunner === true;
}

let serial = 0;

/** A number larger than all before it. */
export function nextSerial(): number {
  serial += 1;
  return serial;
}

/** Changes whenever something new is recorded: a program in which it stays the same does nothing new. */
export function lastActivity(): number {
  return serial;
}
