import type { Birth } from '../probe.ts';
import type { Frame } from '../../origin/frame.ts';
import type { Capture } from '../../origin/capture.ts';

/**
 * One promise that hangs on another: the one V8 makes for an `await`, or the one `then` returns.
 * Which of both it is shows in the stack alone: above `then` stands the engine, above `await` the user.
 */
export interface Wait extends Birth {
  readonly capture: Capture;
  /** Both held strongly until the probe lets go. */
  promise: object | undefined;
  awaited: object | undefined;
  /** What is known of the awaited promise, worked out before it is let go. */
  origin?: Origin;
}

/** Where a wait ends that follows `then` and `Promise.all` down to the promises nobody has settled. */
export interface Origin {
  /** Stacks on which these promises were made. */
  readonly made: readonly Capture[];
  /** The calls of the user's async functions whose results they are. */
  readonly calls: readonly Call[];
  readonly weak: readonly WeakRef<object>[];
}

/** One call of a function. */
export interface Call {
  /** {@link Frame.functionId} */
  readonly functionId: string;
  /** {@link callersIn} the stack on which it was called. */
  readonly callers: readonly string[];
}

const combinators = new Set(['all', 'allSettled', 'race', 'any']);

/** The waits that are pending at one moment, by what they hang on. */
export class PendingWaits {
  readonly #onPromise = new Map<object, Wait[]>();
  readonly #byCombinator = new Map<string, Wait[]>();
  readonly #byPromise: WeakMap<object, Wait>;
  readonly #made: WeakMap<object, Capture>;

  /**
   * @param byPromise the wait that a promise stands for
   * @param made where promises without a parent were made
   */
  constructor(waits: Iterable<Wait>, byPromise: WeakMap<object, Wait>, made: WeakMap<object, Capture>) {
    this.#byPromise = byPromise;
    this.#made = made;
    for (const wait of waits) {
      if (!wait.awaited) continue;
      add(this.#onPromise, wait.awaited, wait);
      if (wait.capture.innermost !== 'engine') continue;
      const [then, by, caller] = wait.capture.frames;
      if (then?.function === 'then' && by && caller) add(this.#byCombinator, callOf(by, caller), wait);
    }
  }

  /** `await` of a thenable makes two promises, one around the thenable and one for the wait. */
  isWrapper(wait: Wait, frame: Frame): boolean {
    const onIt = wait.promise ? (this.#onPromise.get(wait.promise) ?? []) : [];
    return onIt.some(({ capture }) => {
      const top = capture.innermost === 'user' ? capture.frames[0] : undefined;
      return top?.functionId === frame.functionId && top.line === frame.line;
    });
  }

  originOf(wait: Wait): Origin {
    const made: Capture[] = [];
    const calls: Call[] = [];
    const weak: WeakRef<object>[] = [];
    const seen = new Set<object>();
    const open = [wait.awaited];
    while (open.length > 0) {
      const promise = open.shift();
      if (!promise || seen.has(promise)) continue;
      seen.add(promise);
      const above = this.#byPromise.get(promise);
      if (above?.awaited && above.capture.innermost === 'engine') {
        open.unshift(above.awaited);
        continue;
      }
      weak.push(new WeakRef(promise));
      const capture = this.#made.get(promise);
      const [top, caller] = capture?.frames ?? [];
      if (!capture) continue;
      made.push(capture);
      if (top?.author === 'user') calls.push({ functionId: top.functionId, callers: callersIn(capture) });
      else if (top?.author === 'engine' && caller && combinators.has(top.function)) {
        // it calls `then` on each of its elements, on the stack on which it makes its own promise
        const elements = this.#byCombinator.get(callOf(top, caller)) ?? [];
        open.unshift(...elements.map(({ awaited }) => awaited));
      }
    }
    return { made, calls, weak };
  }
}

/** {@link Frame.place} of those who have called the function on top, innermost first. */
export function callersIn({ frames }: Capture): string[] {
  return frames.slice(1).map(({ place }) => place);
}

function callOf(combinator: Frame, caller: Frame): string {
  return `${combinator.function} ${caller.functionId} ${caller.line}:${caller.column}`;
}

function add<Key>(waits: Map<Key, Wait[]>, key: Key, wait: Wait): void {
  const known = waits.get(key);
  if (known) known.push(wait);
  else waits.set(key, [wait]);
}
