import { subscribe } from 'node:diagnostics_channel';
import { Guard } from '../../engine/guard.ts';
import { Set, WeakRef } from '../../engine/intrinsics.ts';
import type { Worker } from 'node:worker_threads';

/** The ms of work in a tick from which a thread is busy; an idle one only looks around. */
const least = 10;

interface Thread {
  readonly worker: WeakRef<Worker>;
  /** The ms for which it has worked so far. */
  active: number;
}

/**
 * Watches the threads that this process starts.
 *
 * @returns a function that reports whether a thread starts, or worked since the last call
 */
export function watchThreads(): () => boolean {
  const threads = new Set<Thread>();
  const noted = new Guard().hook((message: unknown): void => {
    const { worker } = message as { readonly worker: Worker };
    threads.add({ worker: new WeakRef(worker), active: 0 });
  });
  subscribe('worker_threads', noted);
  return () => {
    let isBusy = false;
    for (const thread of threads) {
      const worker = thread.worker.deref();
      // a thread that has ended has no id
      if (!worker || worker.threadId < 0) {
        threads.delete(thread);
        continue;
      }
      const { active } = worker.performance.eventLoopUtilization();
      if (active === 0 || active - thread.active >= least) isBusy = true;
      thread.active = active;
    }
    return isBusy;
  };
}
