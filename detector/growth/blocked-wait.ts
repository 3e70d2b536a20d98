import { Patches } from '../engine/patches.ts';
import { Capture } from '../origin/capture.ts';

const depth = 24;

/**
 * A limit for `Atomics.wait`, which blocks the thread: a wait beyond it throws, so that the run ends.
 *
 * For further runs alone, which would otherwise stand still for ever.
 */
export class BlockedWait {
  /** The stack of the wait that was ended. */
  capture: Capture | undefined;
  readonly #patches = new Patches();

  /** @param limit the longest wait in ms */
  start(limit: number): void {
    const ended = (capture: Capture): void => {
      this.capture ??= capture;
    };
    this.#patches.method(Atomics, 'wait', (real) => {
      return function wait(this: unknown, ...args: unknown[]): unknown {
        const [array, index, value, timeout] = args;
        if (Number(timeout) <= limit) return Reflect.apply(real, this, args);
        const how = Reflect.apply(real, this, [array, index, value, limit]);
        if (how !== 'timed-out') return how;
        ended(new Capture(depth, undefined, wait));
        throw new Error(`a further run waited in Atomics.wait() for more than ${limit} ms`);
      };
    });
  }

  stop(): void {
    this.#patches.undo();
  }
}
