import { createHook, executionAsyncResource, type AsyncHook, type HookCallbacks } from 'node:async_hooks';
import { inspect } from 'node:util';
import * as v8 from 'node:v8';
import { Guard } from '../engine/guard.ts';
import { WeakMap } from '../engine/intrinsics.ts';
import { Capture } from '../origin/capture.ts';
import { isRunnerAtWork } from '../origin/owner.ts';

const depth = 24;

/** A promise that the callback of a timer rejected. */
export interface TimeOut {
  /** The stack that made the promise. */
  readonly made: Capture;
  /** The stack that set the timer. */
  readonly timer: Capture;
}

/** The time-outs of a run: promises made in the run that the callback of a timer rejects in the run. */
export class TimeOuts {
  readonly #guard = new Guard();
  #made = new WeakMap<object, Capture>();
  #timers = new WeakMap<object, Capture>();
  /** The promises that timers settle: at that moment, the engine doesn't say yet how. */
  #settled: (TimeOut & { readonly promise: object })[] = [];
  #found: readonly TimeOut[] = [];
  #stop: (() => void) | undefined;
  #hook: AsyncHook | undefined;

  start(): void {
    const init = (promise: object, parent: object | undefined): void => {
      if (parent === undefined && !isRunnerAtWork())
        this.#made.set(promise, new Capture(depth, undefined, init));
    };
    const settled = (promise: object): void => {
      const made = this.#made.get(promise);
      const timer = made && this.#timers.get(executionAsyncResource());
      if (made && timer) this.#settled[this.#settled.length] = { promise, made, timer };
    };
    const timed = (type: string, resource: object): void => {
      if (type === 'Timeout') this.#timers.set(resource, new Capture(depth, undefined, timed));
    };
    this.#stop = v8.promiseHooks.createHook({
      init: this.#guarded(init),
      settled: this.#guarded(settled),
    }) as () => void;
    const onTimer = this.#guarded(timed);
    const options: HookCallbacks & { readonly trackPromises: boolean } = {
      init: (_id, type, _trigger, resource) => onTimer(type, resource),
      // Node 22 ignores it and reports promises too
      trackPromises: false,
    };
    this.#hook = createHook(options).enable();
  }

  /** Returns a hook that keeps its errors from the program, and gives nothing. */
  #guarded<Args extends unknown[]>(work: (...args: Args) => void): (...args: Args) => void {
    return this.#guard.hook(work);
  }

  stop(): void {
    if (!this.#stop) return;
    this.#stop();
    this.#stop = undefined;
    this.#hook?.disable();
    this.#made = new WeakMap();
    this.#timers = new WeakMap();
    this.#found = this.#settled.flatMap(({ promise, made, timer }) =>
      isRejected(promise) ? { made, timer } : [],
    );
    this.#settled = [];
    // an unread stack would keep what its functions hold
    for (const { made, timer } of this.#found) void [made.frames, timer.frames];
  }

  /** The time-outs of promises that the program or a package made, and not Node for an event. */
  get ofTheProgram(): readonly TimeOut[] {
    return this.#found.filter(({ made }) => {
      const maker = made.frames.find(({ author }) => author !== 'engine')?.author;
      return maker === 'user' || maker === 'package';
    });
  }
}

/** Reports whether a native promise is rejected, which only its text shows. */
function isRejected(promise: object): boolean {
  return /^Promise \{\s+<rejected>/.test(inspect(promise, { depth: 0, customInspect: false }));
}
