import type { Evidence, Kind } from './finding.ts';
import type { Owner } from './owner.ts';
import type { Capture } from './stack.ts';

/** Something that is still there, before causes are told from consequences. */
export interface Leftover {
  readonly kind: Kind;
  readonly type: string;
  readonly capture: Capture;
  readonly owner: Owner | undefined;
  evidence: Evidence;
  /** The object that a listener or a wait may hang on: a socket, a server, a child process; else the handle itself. */
  readonly subject?: object;
  /** The object of a package that has it, and by which it is told. */
  readonly holder?: object;
  /** Stacks that belong to the same story. */
  readonly related?: readonly Capture[];
  readonly detail?: string;
  /** What holds it weakly; when it was collected, it is no leak. Only read after a collection. */
  readonly weak?: WeakRef<object>;
}

/** When something was made, and for whom. */
export interface Birth {
  /** Grows with everything that is recorded; a scope sees what is newer than itself. */
  readonly serial: number;
  readonly owner: Owner | undefined;
}

/** The window a scope looks through. */
export interface Window {
  /** Whether the scope is to answer for it. */
  includes(birth: Birth): boolean;
  /** The serial of the moment from which targets of listeners count as the scope's own; what is older outlives it. */
  readonly mark: number;
}

/** One module that watches one mechanism. */
export interface Probe {
  readonly name: string;
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
}
