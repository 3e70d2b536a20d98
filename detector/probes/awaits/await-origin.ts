import { FinalizationRegistry, Map, Set } from '../../engine/intrinsics.ts';
import type { Birth } from '../probe.ts';
import type { Frame } from '../../origin/frame.ts';
import type { Capture } from '../../origin/capture.ts';

/**
 * A promise that depends on another: V8 made it for an `await`, or `then` returned it.
 *
 * Only the stack tells them apart: its innermost frame is the engine's for `then`, and the user's for `await`.
 */
export interface Wait extends Birth {
  readonly capture: Capture;
  /** The promise of this wait; like the awaited one, held strongly until the probe lets go. */
  promise: object | undefined;
  awaited: object | undefined;
  /** The origin of the awaited promise, found before the promise is let go. */
  origin?: Origin;
  /** True if the probe has withdrawn since, so that no hook sees the wait end. */
  isUnwatched?: boolean;
}

/** The unsettled promises that a wait depends on in the end, through `then` and `Promise.all`. */
export interface Origin {
  /** The stacks on which these promises were made. */
  readonly made: readonly Capture[];
  /** The calls of the user's async functions whose results they are. */
  readonly calls: readonly Call[];
  readonly lives: readonly Life[];
}

/**
 * A promise's life, which ends when it is collected.
 *
 * A `WeakRef` keeps its target until the turn is over in which it was made or read, and a collection that the program
 * asks for runs in the turn in which the probe lets go.
 */
export class Life {
  static readonly #ends = new FinalizationRegistry<Life>((life) => {
    life.isOver = true;
  });
  isOver = false;

  constructor(promise: object) {
    Life.#ends.register(promise, this);
  }
}

/** A call of a function. */
export interface Call {
  /** {@link Frame.functionId} */
  readonly functionId: string;
  /** The callers, as {@link callersIn} reads them from the call's stack. */
  readonly callers: readonly string[];
}

const combinators = new Set(['all', 'allSettled', 'race', 'any']);

/** The waits that are pending at one moment, by the promise they depend on. */
export class PendingWaits {
  readonly #onPromise = new Map<object, Wait[]>();
  readonly #byCombinator = new Map<string, Wait[]>();
  readonly #byPromise: WeakMap<object, Wait>;
  readonly #made: WeakMap<object, Capture>;

  /**
   * @param byPromise the wait of each promise
   * @param made the stacks on which promises without a parent were made
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

  /** Reports whether a wait only wraps a thenable: `await` makes one promise around it and one for the wait. */
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
    const lives: Life[] = [];
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
      lives.push(new Life(promise));
      const capture = this.#made.get(promise);
      const [top, caller] = capture?.frames ?? [];
      if (!capture) continue;
      made.push(capture);
      if (top?.author === 'user') calls.push({ functionId: top.functionId, callers: callersIn(capture) });
      else if (top?.author === 'engine' && caller && combinators.has(top.function)) {
        // a combinator calls `then` on its elements on the same stack on which it makes its promise
        const elements = this.#byCombinator.get(callOf(top, caller)) ?? [];
        open.unshift(...elements.map(({ awaited }) => awaited));
      }
    }
    return { made, calls, lives };
  }
}

/** Returns the {@link Frame.place} of each caller of the innermost function, innermost first. */
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
