import type { Evidence } from '../finding.ts';
import type { Kind } from '../kinds.ts';
import type { Cue } from './source-cues.ts';

/** The features that findings of the same mistake share. */
export interface Shape {
  readonly kind: Kind;
  readonly type: string;
  readonly evidence: Evidence;
  /** The module and function of Node that the user's line called. */
  readonly api?: string;
  /** True for a server that waits in `close()`. */
  readonly closing?: boolean;
  /** The event of a listener. */
  readonly event?: string;
  /** True for a request whose response headers have arrived. */
  readonly answered?: boolean;
}

/** Advice for findings that have one of the shapes and show all cues; the lab writes it from the catalogue. */
export interface Lesson {
  /** The id of a pair. */
  readonly lesson: string;
  readonly advice: string;
  readonly cues: readonly Cue[];
  readonly shapes: readonly Shape[];
}
