/** With what a program is measured, and how. */
import { join } from 'node:path';
import { moduleBeside } from '../shared/module-beside.ts';

export interface Runtime {
  readonly name: 'node' | 'deno' | 'bun';
  readonly executable: string;
  /**
   * `engine`: its promise hooks and its walk over the heap; Node alone has them. `source`: a copy of the program,
   * rewritten so that it says what it does; any runtime with Node's modules can run that.
   */
  readonly asks: 'engine' | 'source';
}

/** What has a program measured. */
export interface Command {
  /** Before the child's arguments, its main module included. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Without the engine's second thoughts the heap holds the program's data and little else: code is not compiled
 * again when it has run often, nor thrown away when it hasn't. That brings the growth of clean programs from
 * 3–20 kB a run down to 0–3.5 kB (Node 22, 24 and 26), or 0–1.7 kB (Deno 2.9).
 */
const v8Flags = [
  '--expose-gc',
  '--no-opt',
  '--no-maglev',
  '--no-sparkplug',
  '--no-lazy-feedback-allocation',
  '--no-flush-bytecode',
];

/** This Node by default. */
export function nodeRuntime(executable = process.execPath): Runtime {
  return { name: 'node', executable, asks: 'engine' };
}

/**
 * @param folder an empty one, for what the runtime keeps for itself
 * @param flags further ones, which Node alone takes
 */
export function commandOf({ name, asks }: Runtime, folder: string, flags: readonly string[] = []): Command {
  const child = moduleBeside(import.meta.url, asks === 'engine' ? 'measured' : 'by-source/measured');
  switch (name) {
    case 'node':
      return { args: [...v8Flags, '--disable-warning=ExperimentalWarning', ...flags, child], env: {} };
    case 'deno':
      return {
        // nothing is to be fetched, checked or looked up anywhere
        args: ['run', '-A', '--quiet', '--no-remote', `--v8-flags=${v8Flags.join(',')}`, child],
        env: { DENO_DIR: join(folder, 'deno'), DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' },
      };
    case 'bun':
      // without compiled code the heap of clean programs grows by 0–1.7 kB a run, with it by 3–35 kB
      return { args: ['--no-install', child], env: { NO_COLOR: '1', BUN_JSC_useJIT: '0' } };
  }
}
