import type { Evidence, Facts, Finding } from '../finding.ts';
import type { Kind } from '../kinds.ts';
import type { StackAllowance } from '../origin/level.ts';
import type { Frame } from '../origin/frame.ts';
import { mayDepend, type Owner } from '../origin/owner.ts';
import { sameLine, type Capture } from '../origin/capture.ts';

/** When something was made, and for whom. */
export interface Birth {
  /** Grows with everything that is recorded; a scope sees what is newer than itself. */
  readonly serial: number;
  readonly owner: Owner | undefined;
}

/** Something that is still there, before causes are told from consequences. */
export interface Leftover extends Birth {
  readonly kind: Kind;
  readonly type: string;
  readonly capture: Capture;
  evidence: Evidence;
  /** The object that a listener or a wait may hang on: a socket, a server, a child process; else the handle itself. */
  readonly subject?: object;
  /** What is waited for in its place: of a server, its connections and the messages on them. */
  readonly parts?: readonly object[];
  /** Node's own call on a file goes through our stand-in for `fs.open`, and is the program's all the same. */
  readonly isTheProgramsOwn?: true;
  /** How it is reported beside the others; absent where it is always reported as it is. */
  readonly asCause?: AsCause;
  /** Reports whether it is only left because others are; it still explains who waits for it. */
  readonly isKeptBy?: (others: readonly Leftover[]) => boolean;
  /** The object of a package that has it, and by which it is told. */
  readonly holder?: object;
  /** Stacks that belong to the same story. */
  readonly related?: readonly Capture[];
  /** What the same call of a package has opened beside it. */
  readonly also?: Finding['also'];
  /** How many of it there are, where one stands for several; default 1. */
  readonly count?: number;
  /** Who holds it, in words, from a variable down to the thing itself. */
  readonly path?: readonly string[];
  /** What is known of the call and of the thing: for rules with constraints, and for the report. */
  readonly facts?: () => Facts;
  /** The suspended functions from the outermost one down to this. */
  readonly chain?: readonly Frame[];
  /** Of a listener: when its target was made, 0 if that was not seen. What is older than the scope outlives it. */
  readonly targetBorn?: number;
  /** What holds it weakly; when it was collected, it is no leak. Only read after a collection. */
  readonly weak?: WeakRef<object>;
}

/**
 * Tells a cause from a consequence, for one type of leftover.
 *
 * @returns itself, perhaps in another form; undefined for a part of another, and for what Node keeps by design
 */
export type AsCause = (self: Leftover, beside: Beside) => Leftover | undefined;

/** All that a leftover may be a consequence of. */
export interface Beside {
  readonly resources: readonly Leftover[];
  readonly waits: readonly Suspended[];
  readonly listeningTo: ListeningTo;
}

/** A function that waits, and the stacks on which the promises were made that it waits for. */
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

/** What is looked at in a check. */
export interface Window {
  /** Whether it is newer than the oldest scope that is open; which of them answers for it is told later. */
  includes(birth: Birth): boolean;
  /** Something is there whose stack was not taken, so that nobody can say whether it is the program's. */
  suspect(type: string, birth: Birth): void;
}

/** What each probe is called, in reports and where it is switched off; what it sees stands at the head of its file. */
export const probeNames = [
  'handles',
  'orphans',
  'requests',
  'descriptors',
  'databases',
  'unseen files',
  'directories',
  'web streams',
  'subscriptions',
  'leases',
  'listeners',
  'awaits',
] as const;
/** One of the probes. */
export type ProbeName = (typeof probeNames)[number];

/** Whether it is a list of names of probes. */
export function areProbes(value: unknown): value is readonly ProbeName[] {
  return Array.isArray(value) && value.every((each) => probeNames.some((name) => name === each));
}

/** One module that watches one mechanism. */
export interface Probe {
  readonly name: ProbeName;
  /** Starts to record. */
  start(): void;
  /** Takes every hook and patch back. */
  stop(): void;
  /**
   * What is left of what was made in the window. Called often while settling: it formats no stack but
   * those of waits that are pending.
   */
  left(window: Window): Leftover[];
  /** Lets go of what it holds strongly and need not, before a collection. */
  letGo?(): void;
  /** How many stacks it may take at level `light`; absent where they are few. */
  readonly allowance?: StackAllowance;
}
