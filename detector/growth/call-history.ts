import { inspect } from 'node:util';
import * as v8 from 'node:v8';
import { isPending } from '../probes/awaits/awaits.ts';
import { Capture } from '../origin/capture.ts';
import type { Frame } from '../origin/frame.ts';
import { isRunnerAtWork } from '../origin/owner.ts';
import { TimeOuts } from './time-outs.ts';

const depth = 24;
/** The calls that are kept: the last ones, for the last that took something may be the one that kept it. */
const most = 1000;

/** A call that made a promise. */
interface Call {
  readonly capture: Capture;
  /** The promise, until recording stops. */
  promise: object | undefined;
}

/**
 * The calls of a run that made a promise: those of async functions, and those that return a promise made otherwise.
 *
 * When a later run waits for ever, they say at which lines an earlier run called the same function.
 */
export class CallHistory {
  readonly #calls: Call[] = [];
  #count = 0;
  #stop: (() => void) | undefined;
  readonly timeOuts = new TimeOuts();
  /** The text of what the run returned; undefined until it has. */
  outcome: string | undefined;

  start(): void {
    const init = (promise: object, parent: object | undefined): void => {
      if (parent !== undefined || isRunnerAtWork()) return;
      this.#calls[this.#count % most] = { promise, capture: new Capture(depth, undefined, init) };
      this.#count += 1;
    };
    this.timeOuts.start();
    this.#stop = v8.promiseHooks.createHook({ init }) as () => void;
  }

  /** Stops recording; lets go of promises, and reads the stacks: an unread one would keep what its functions hold. */
  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.timeOuts.stop();
    for (const call of this.#calls) {
      void call.capture.frames;
      call.promise = undefined;
    }
  }

  /** Runs `work`, and records its calls until it has ended. */
  async during<Result>(work: () => Result): Promise<Awaited<Result>> {
    this.start();
    try {
      const result = await work();
      this.outcome = inspect(result, { depth: 3, customInspect: false });
      return result;
    } finally {
      this.stop();
    }
  }

  /** Returns the stack of the first call of the program whose promise is pending, while calls are recorded. */
  get firstPending(): Capture | undefined {
    return this.#inOrder.find(
      ({ promise, capture }) => promise && isPending(promise) && capture.site?.author === 'user',
    )?.capture;
  }

  get #inOrder(): readonly Call[] {
    const first = this.#count % most;
    if (this.#count <= most) return this.#calls;
    return [...this.#calls.slice(first), ...this.#calls.slice(0, first)];
  }

  /**
   * Returns a stack for each line of the program that called a function, in the order of their last calls.
   *
   * @param functionId {@link Frame.functionId}
   */
  callsOf(functionId: string): Capture[] {
    const byPlace = new Map<string, Capture>();
    for (const { capture } of this.#inOrder) {
      const { frames } = capture;
      const callee = frames.findLastIndex((frame) => frame.functionId === functionId);
      const caller = callee < 0 ? -1 : frames.findIndex(({ author }, at) => at > callee && author === 'user');
      const { place } = frames[caller] ?? {};
      if (place === undefined) continue;
      byPlace.delete(place);
      byPlace.set(place, Capture.of(callFrom(frames, caller)));
    }
    return [...byPlace.values()];
  }
}

/** Returns the frames from a line of the program on, with those of the package or of Node that it called. */
function callFrom(frames: readonly Frame[], caller: number): readonly Frame[] {
  const own = frames.findLastIndex(({ author }, at) => at < caller && author === 'user');
  return frames.slice(own + 1);
}
