/** Runtimes that measure a program, and their command lines. */
import { join } from 'node:path';
import { moduleBeside } from '../shared/module-beside.ts';

export interface Runtime {
  readonly name: 'node' | 'deno' | 'bun';
  readonly executable: string;
  /**
   * Way of measuring. `engine` uses promise hooks and a walk over the heap, which only Node has. `source` runs a
   * copy of the program that is rewritten to report its actions; any runtime with Node's modules can run it.
   */
  readonly asks: 'engine' | 'source';
}

/** Command line that measures a program. */
export interface Command {
  /** Arguments before the child's own, its main module included. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Flags that keep the engine's optimizations out of the heap: it neither recompiles code that runs often nor throws
 * away code that doesn't. They bring the growth of clean programs from 3–20 kB a run down to 0–3.5 kB (Node 22, 24
 * and 26), or 0–1.7 kB (Deno 2.9).
 */
const v8Flags = [
  '--expose-gc',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--no-lazy-feedback-allocation',
  '--no-flush-bytecode',
];

/** Returns a Node that measures by its engine; default this one. */
export function nodeRuntime(executable = process.execPath): Runtime {
  return { name: 'node', executable, asks: 'engine' };
}

/**
 * Returns the command line of a measured child.
 *
 * @param folder an empty one, for the runtime's own files
 * @param flags further ones, which Node alone takes
 */
export function commandOf({ name, asks }: Runtime, folder: string, flags: readonly string[] = []): Command {
  const child = moduleBeside(import.meta.url, asks === 'engine' ? 'measured' : 'by-source/measured');
  switch (name) {
    case 'node':
      return { args: [...v8Flags, '--disable-warning=ExperimentalWarning', ...flags, child], env: {} };
    case 'deno':
      return {
        // nothing may be fetched, checked or looked up
        args: ['run', '-A', '--quiet', '--no-remote', `--v8-flags=${v8Flags.join(',')}`, child],
        env: { DENO_DIR: join(folder, 'deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
      };
    case 'bun':
      // without compiled code the heap of clean programs grows by 0–1.7 kB a run, with it by 3–35 kB
      return { args: ['--no-install', child], env: { NO_COLOR: '1', BUN_JSC_useJIT: '0' } };
  }
}
