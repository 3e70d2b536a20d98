/** What a random program can acquire, and what is known of it. */
import type { EventEmitter } from 'node:events';
import type { Evidence, Kind } from '../../detector/index.ts';

/** Ends what was acquired. */
export type Release = () => unknown;

/** What the detector has to say of one that is left. */
export interface Truth {
  readonly kind: Kind;
  readonly type: string;
  readonly evidence?: Evidence;
  /** The comment that ends the line to be named, after `here: `. */
  readonly at: string;
}

export interface Resource extends Truth {
  acquire(depth: number): Release;
  /** Nobody holds it: there is nothing to release. */
  readonly isDropped?: boolean;
  /** It takes a process or a thread: rarer than others, for the sake of time. */
  readonly isDear?: boolean;
}

export type Resources = Readonly<Record<string, Resource>>;

export const doNothing = (): void => {};

/** Starts work that ends by an abort alone. */
export function abortable(work: (signal: AbortSignal) => Promise<void>): Release {
  const controller = new AbortController();
  const working = work(controller.signal).catch(doNothing);
  return async () => {
    controller.abort();
    await working;
  };
}

/** Not `once`, which an error on the way makes fail. */
export async function closing(emitter: EventEmitter, event = 'close'): Promise<void> {
  await new Promise((resolve) => emitter.on(event, resolve));
}
