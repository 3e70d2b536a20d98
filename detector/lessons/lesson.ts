import type { Evidence } from '../finding.ts';
import type { Kind } from '../kinds.ts';
import type { Cue } from './source-cues.ts';

/** What findings have in common that were made in the same way. */
export interface Shape {
  readonly kind: Kind;
  readonly type: string;
  readonly evidence: Evidence;
  /** Node's module and function that the user's line called. */
  readonly api?: string;
  /** Of a server: whether it waits in `close()`. */
  readonly closing?: boolean;
  /** Of a listener. */
  readonly event?: string;
  /** Of a request: whether its headers have come. */
  readonly answered?: boolean;
}

/** Findings of these shapes that show all the cues are told this. The lab writes them from its catalogue. */
export interface Lesson {
  /** The id of a pair. */
  readonly lesson: string;
  readonly advice: string;
  readonly cues: readonly Cue[];
  readonly shapes: readonly Shape[];
}
