/** Awaits that the program entered and never left, by the engine's own promise hooks. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promiseHooks } from 'node:v8';
import { stallsOf, type Await, type Stalls } from './open-awaits.ts';

/**
 * Watches awaits from now on, for the life of the process. Entering an `await` makes a promise whose parent is the
 * awaited one, with the `await` itself as top frame (for `then` and its relatives the top frame is theirs). The
 * await is left when that promise gets `before`, or settles without it (an `await` inside an async generator's
 * `yield`).
 *
 * @param folder URL with a final slash; only awaits in files in it or below count
 */
export function watchStalls(folder: string): () => Stalls {
  const open = new Set<Await>();
  // keyed weakly by the await's promise, which holds the suspended function and all it sees
  const byPromise = new WeakMap<object, Await>();
  const leave = (promise: object): void => {
    const entered = byPromise.get(promise);
    if (entered) open.delete(entered);
  };
  const enter = (promise: object, parent: unknown): void => {
    if (!isObject(parent)) return;
    const site = siteIn(folder, enter);
    if (site === undefined) return;
    const entered = { site, awaited: new WeakRef(parent) };
    open.add(entered);
    byPromise.set(promise, entered);
  };
  promiseHooks.onInit(enter);
  promiseHooks.onBefore(leave);
  promiseHooks.onSettled(leave);

  return () => stallsOf(open);
}

/** Returns `file:line` of the frame that called `hook`, if that file is in the folder. */
function siteIn(folder: string, hook: (promise: object, parent: unknown) => void): string | undefined {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  const holder: { stack?: unknown } = {};
  Error.captureStackTrace(holder, hook);
  Error.stackTraceLimit = limit;
  // read at once: an error whose stack is not formatted yet keeps the frames' closures alive
  const stack = typeof holder.stack === 'string' ? holder.stack : '';
  const at = stack.indexOf(folder);
  if (at < 0) return undefined;
  const [, url = '', line = ''] = /^(.*):(\d+):\d+\)?$/.exec(stack.slice(at).split('\n', 1)[0] ?? '') ?? [];
  return url === '' ? undefined : `${basename(fileURLToPath(url))}:${line}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
