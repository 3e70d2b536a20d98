import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { Guard } from '../../engine/guard.ts';
import { WeakRef } from '../../engine/intrinsics.ts';

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
  const guard = new Guard();
  const noted = guard.hook((message: unknown): void => {
    const { process: child } = message as { readonly process: ChildProcess };
    const note = guard.hook((): void => {
      const { pid, channel, spawnfile } = child;
      if (pid === undefined || !channel || spawnfile !== process.execPath || forks.length === most) return;
      forks.push({ pid, child: new WeakRef(child) });
    });
    // it is published before the child has started
    queueMicrotask(note);
  });
  subscribe('child_process', noted);
  return () => forks.filter(hasEnded).map(({ pid }) => pid);
}

/** Reports whether a fork ended by itself: one that is killed may have had no time to load anything. */
function hasEnded({ child }: Fork): boolean {
  return child.deref()?.exitCode === 0;
}
