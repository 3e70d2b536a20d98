import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';

/** What a program that nobody vouches for is allowed. */
export interface Sandbox {
  /** Flags for the Node that runs it. */
  readonly flags: readonly string[];
  /** How many bytes its process may hold; it is killed beyond. */
  readonly memory: number;
}

/** Measuring needs some itself. */
const memory = 512 * 1024 * 1024;
/** A heap that is full ends the process by itself, sooner than it is killed for it. */
const heapInMegabytes = 256;

/**
 * Node's permission model for a program that was made from `original`: it may write in its own folder only, and
 * start processes or threads only where the original does. Without the model where this Node's would keep the
 * detector and the oracle from looking (before 24).
 *
 * @param folder that it may write in
 */
export function sandboxFor(original: string, folder: string): Sandbox {
  const limits = [`--max-old-space-size=${heapInMegabytes}`];
  if (!process.allowedNodeEnvironmentFlags.has('--allow-inspector')) return { flags: limits, memory };
  const needs = (module: string): boolean => original.includes(`'node:${module}'`);
  const flags = [
    ...limits,
    '--permission',
    '--disable-warning=SecurityWarning',
    '--allow-inspector',
    '--allow-fs-read=*',
    `--allow-fs-write=${folder}`,
    `--allow-fs-write=${folder}/*`,
    ...(needs('child_process') ? ['--allow-child-process'] : []),
    ...(needs('worker_threads') ? ['--allow-worker'] : []),
    // later lines of Node ask for the network as well
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
  ];
  return { flags, memory };
}

/** What stands in the reason of a process that was ended for its memory. */
export const outOfMemory = 'out of memory';

/**
 * Watches how much memory a process holds, which its heap limit says little of: buffers lie outside of the heap.
 * Without /proc nothing is watched.
 *
 * @param over called once, with the reason
 * @returns a function that stops it
 */
export function limitMemory(child: ChildProcess, bytes: number, over: (reason: string) => void): () => void {
  const timer = setInterval(() => {
    if (residentOf(child.pid) <= bytes) return;
    clearInterval(timer);
    over(`${outOfMemory}: it held more than ${Math.round(bytes / 1024 / 1024)} MB`);
  }, 100);
  timer.unref();
  return () => clearInterval(timer);
}

function residentOf(pid: number | undefined): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}
