import { BroadcastChannel, isMainThread, threadId, Worker } from 'node:worker_threads';
import { apply, Map, WeakMap } from '../../engine/intrinsics.ts';

// taken at load, before the program replaces them
const { clearTimeout, Promise, setTimeout } = globalThis;

/** The longest time in ms by which a busy thread delays its end. */
const patience = 2000;

/** A message between the threads of this process: one is about to be ended, or has reported. */
interface Message {
  readonly thread: number;
  readonly hasReported: boolean;
}

/**
 * Makes `terminate()` wait until the thread has reported, because no code of a thread runs at its end.
 *
 * @param isWatched reports whether a thread was watched, by its id
 * @param report called in a thread that is about to be ended
 * @returns a function that returns the number of threads that were too busy to report
 */
export function watchTerminate(isWatched: (id: number) => boolean, report: () => void): () => number {
  // made here, where it belongs to no line of the program
  const channel = new BroadcastChannel('leaklab');
  channel.unref();
  const awaited = new Map<number, () => void>();
  const send = (message: Message): void => {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    channel.postMessage(message);
  };
  channel.addEventListener('message', (event) => {
    const { thread, hasReported } = (event as unknown as { readonly data: Message }).data;
    if (hasReported) awaited.get(thread)?.();
    if (hasReported || isMainThread || thread !== threadId) return;
    report();
    send({ thread, hasReported: true });
  });
  let unreported = 0;
  const reported = async (thread: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    awaited.set(thread, resolve);
    send({ thread, hasReported: false });
    const timer = setTimeout(() => {
      unreported += 1;
      resolve();
    }, patience);
    await promise;
    clearTimeout(timer);
  };

  const prototype = Worker.prototype as { terminate: (this: Worker) => Promise<number> };
  const { terminate: real } = prototype;
  const ending = new WeakMap<Worker, Promise<number>>();
  prototype.terminate = function terminate(this: Worker): Promise<number> {
    const id = this.threadId;
    // a thread that has ended has no id
    if (id < 0 || !isWatched(id)) return apply(real, this, []);
    const end = async (): Promise<number> => {
      await reported(id);
      return apply(real, this, []);
    };
    const known = ending.get(this) ?? end();
    ending.set(this, known);
    return known;
  };
  return () => unreported;
}
