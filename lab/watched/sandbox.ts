import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';

/** Limits for a program that we don't trust. */
export interface Sandbox {
  /** Flags for the Node that runs it. */
  readonly flags: readonly string[];
  /** Limit for the memory of its process, in bytes; beyond it the process is killed. */
  readonly memory: number;
}

/** Large enough for the measurement, which needs memory too. */
const memory = 512 * 1024 * 1024;
/** Smaller than the limit: a full heap ends the process before we have to kill it. */
const heapInMegabytes = 256;

/**
 * Returns a sandbox, by Node's permission model, for a variant of the program `original`. The variant may write in
 * its folder only, and start processes or threads only where the original does. Before Node 24 the model is left
 * out: there it would keep the detector and the oracle from looking.
 *
 * @param folder in which the program may write
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
    // newer lines of Node require it for the network
    ...(process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : []),
  ];
  return { flags, memory };
}

/** Words in the reason of a process that was ended for its memory. */
export const outOfMemory = 'out of memory';

/**
 * Watches the resident memory of a process, for buffers lie outside of the limited heap. Without /proc it watches
 * nothing.
 *
 * @param over called once, with the reason
 * @returns a function that stops the watch
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
