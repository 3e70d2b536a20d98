import type { Check } from '../causes/await-causes.ts';
import { SharedLook } from './shared-look.ts';
import type { Owner } from '../origin/owner.ts';
import { ProbeSet } from '../probes/probe-set.ts';

/**
 * The state that all scopes of a process share.
 *
 * Hooks of async_hooks and patches of Node's modules apply to the whole process: a second set of probes would see
 * everything twice, and the first to stop would undo the patches of the other.
 */
class Registry {
  /** The owners of the scopes that are open. */
  readonly scopes = new Set<Owner>();
  /** The checks under way. */
  readonly checks = new Set<Check>();
  readonly watch = new ProbeSet();
  /** The serial at which each scope with probes began. */
  readonly beginnings = new Map<Owner, number>();
  readonly looks = new SharedLook(this.watch, this.checks, () => Math.min(...this.beginnings.values()));

  /** Returns the owner's name for leaks without one: the scope's own name while no other scope is open. */
  nameOfUnowned(scope: Owner): string {
    return this.scopes.size > 1 ? 'shared' : scope.name;
  }
}

/** The only registry of the process. */
export const registry = new Registry();
