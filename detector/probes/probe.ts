import type { Evidence, Facts, Finding } from '../finding.ts';
import type { Guard } from '../engine/guard.ts';
import type { Kind } from '../kinds.ts';
import type { StackAllowance } from '../origin/level.ts';
import type { Frame } from '../origin/frame.ts';
import { mayDepend, type Owner } from '../origin/owner.ts';
import { sameLine, type Capture } from '../origin/capture.ts';

/** The moment at which something was made, and the scope that owns it. */
export interface Birth {
  /** A number larger than all recorded before it; a scope sees what is newer than itself. */
  readonly serial: number;
  readonly owner: Owner | undefined;
}

/** Something still open, before causes are told from consequences. */
export interface Leftover extends Birth {
  readonly kind: Kind;
  readonly type: string;
  readonly capture: Capture;
  evidence: Evidence;
  /** The object that listeners and waits may depend on: a socket, a server, a child process, or else the handle. */
  readonly subject?: object;
  /** Objects that are waited for in place of the subject: for a server, its connections and their messages. */
  readonly parts?: readonly object[];
  /** True for stuck work on a file: the program's, although Node calls our stand-in for `fs.open`. */
  readonly isTheProgramsOwn?: true;
  /** The rule that tells whether the leftover is a cause; absent where every leftover of the type is. */
  readonly asCause?: AsCause;
  /** Reports whether the leftover is only open because others are; waits for it are still its consequences. */
  readonly isKeptBy?: (others: readonly Leftover[]) => boolean;
  /** True for a connection that a pool lent, and still waits for although it was asked to close. */
  readonly isLent?: true;
  /** The package's object that holds the leftover, such as a pool; the report names the line that made it. */
  readonly holder?: object;
  /** Further stacks that explain the leftover, such as the places where a lease was used. */
  readonly related?: readonly Capture[];
  /** Further resources that the same call of a package has opened. */
  readonly also?: Finding['also'];
  /** The number of resources that the leftover stands for; default 1. */
  readonly count?: number;
  /** The retaining path in words, from a variable down to the leaked object. */
  readonly path?: readonly string[];
  /** Returns the facts about the call and the resource, for rules with constraints and for the report. */
  readonly facts?: () => Facts;
  /** The suspended functions, from the outermost one down to the one that waits. */
  readonly chain?: readonly Frame[];
  /** The serial of a listener's target, 0 if its making was not seen; a target older than the scope outlives it. */
  readonly targetBorn?: number;
  /** Reports whether a listener was attached when a scope was marked, and was put back since. */
  readonly wasThere?: (mark: number) => boolean;
  /** Reports whether it is still open, also after the probe has stopped; absent where only the probe can see that. */
  readonly isOpen?: () => boolean;
  /** A weak reference to the leaked object; once it was collected, there is no leak. Read only after a collection. */
  readonly weak?: WeakRef<object>;
}

/**
 * Tells a cause from a consequence, for one type of leftover.
 *
 * @returns the leftover, perhaps changed; undefined for a part of another, and for what Node keeps by design
 */
export type AsCause = (self: Leftover, beside: Beside) => Leftover | undefined;

/** The resources, waits and listeners of which a leftover may be a consequence. */
export interface Beside {
  readonly resources: readonly Leftover[];
  readonly waits: readonly Suspended[];
  readonly listeningTo: ListeningTo;
}

/** A suspended function, with the stacks on which the promises that it awaits were made. */
export interface Suspended extends Birth {
  readonly frame: Frame;
  readonly origin: { readonly made: readonly Capture[] };
}

/** Returns the stacks on which the program began to listen to an object. */
export type ListeningTo = (target: object) => readonly Capture[];

/** Reports whether two leftovers come from one line, in scopes that may depend on each other. */
export function sameSite(a: Leftover, b: Leftover): boolean {
  const [here, there] = [a.capture.site, b.capture.site];
  if (!mayDepend(a.owner, b.owner)) return false;
  return here !== undefined && there !== undefined && sameLine(here, there);
}

/** The things that a check asks the probes for. */
export interface Window {
  /** Reports whether something is newer than the oldest open scope; which scope owns it is decided later. */
  includes(birth: Birth): boolean;
  /** Notes something open whose stack was not taken: it may be the program's or Node's, and is not judged. */
  suspect(type: string, birth: Birth): void;
}

/**
 * The names of the probes, for reports and for {@link ScopeOptions.without}.
 *
 * @example
 * ```ts
 * import { probeNames } from 'leaklab';
 *
 * console.log(probeNames.includes('handles')); // true
 * ```
 */
export const probeNames = [
  'handles',
  'orphans',
  'requests',
  'descriptors',
  'databases',
  'unseen files',
  'directories',
  'temporary folders',
  'web streams',
  'subscriptions',
  'leases',
  'locks',
  'listeners',
  'awaits',
] as const;
/**
 * The name of a probe, of {@link probeNames}.
 *
 * @example
 * ```ts
 * import { find, type ProbeName } from 'leaklab';
 *
 * const without: ProbeName[] = ['awaits', 'orphans'];
 * const { leaks } = await find(() => {}, { without });
 * console.log(leaks.length); // 0
 * ```
 */
export type ProbeName = (typeof probeNames)[number];

/** Reports whether a value is a list of probe names. */
export function areProbes(value: unknown): value is readonly ProbeName[] {
  return Array.isArray(value) && value.every((each) => probeNames.some((name) => name === each));
}

/** A module of the detector that watches one mechanism. */
export interface Probe {
  readonly name: ProbeName;
  /** Keeps what the probe's hooks throw from the program. */
  readonly guard: Guard;
  /** Puts stand-ins in place that stay, for programs that take functions of Node before a scope begins. */
  preload?(): void;
  /** Starts recording. */
  start(): void;
  /** Removes every hook and patch. */
  stop(): void;
  /**
   * Returns what was made in the window and is still open.
   *
   * Called often while settling, so it formats no stack but those of pending waits.
   */
  left(window: Window): Leftover[];
  /** Drops strong references that the probe can do without; called before a collection. */
  letGo?(): void;
  /** The number of stacks that the probe may take at level `light`; absent where it takes few. */
  readonly allowance?: StackAllowance;
}
