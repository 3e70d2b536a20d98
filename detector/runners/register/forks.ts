import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';

// taken at load, before the program replaces it
const { queueMicrotask } = globalThis;

/** A process of Node that the program started with a channel for messages, as test runners start their workers. */
interface Fork {
  readonly pid: number;
  readonly child: WeakRef<ChildProcess>;
}

/** The most forks that are remembered. */
const most = 1000;

/**
 * Remembers the forks of this process, without a listener on them.
 *
 * @returns a function that returns the ids of those that ended by themselves
 */
export function watchForks(): () => readonly number[] {
  const forks: Fork[] = [];
  subscribe('child_process', (message) => {
    const { process: child } = message as { readonly process: ChildProcess };
    // it is published before the child has started
    queueMicrotask(() => {
      const { pid, channel, spawnfile } = child;
      if (pid === undefined || !channel || spawnfile !== process.execPath || forks.length === most) return;
      forks.push({ pid, child: new WeakRef(child) });
    });
  });
  return () => forks.filter(hasEnded).map(({ pid }) => pid);
}

/** Reports whether a fork ended by itself: one that is killed may have had no time to load anything. */
function hasEnded({ child }: Fork): boolean {
  return child.deref()?.exitCode === 0;
}
