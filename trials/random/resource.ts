/** Resources that a random program can acquire, with their known truth. */
import type { EventEmitter } from 'node:events';
import type { Evidence, Kind } from '../../detector/index.ts';

/** Ends what was acquired. */
export type Release = () => unknown;

/** Finding that the detector must report if the resource leaks. */
export interface Truth {
  readonly kind: Kind;
  readonly type: string;
  readonly evidence?: Evidence;
  /** Comment that ends the expected line, after `here: `. */
  readonly at: string;
}

export interface Resource extends Truth {
  acquire(depth: number): Release;
  /** Set if nothing holds the resource, so that nothing can release it. */
  readonly isDropped?: boolean;
  /** Set if the resource takes a process or a thread: it is slow, so programs rarely acquire it. */
  readonly isDear?: boolean;
}

export type Resources = Readonly<Record<string, Resource>>;

export const doNothing = (): void => {};

/** Starts work that only an abort ends. */
export function abortable(work: (signal: AbortSignal) => Promise<void>): Release {
  const controller = new AbortController();
  const working = work(controller.signal).catch(doNothing);
  return async () => {
    controller.abort();
    await working;
  };
}

/** Waits for an event without `once`, which rejects on an earlier error. */
export async function closing(emitter: EventEmitter, event = 'close'): Promise<void> {
  await new Promise((resolve) => emitter.on(event, resolve));
}
