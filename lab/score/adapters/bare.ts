import type { ByCommand, Runtime } from '../answer/adapter.ts';
import type { RuntimeHere } from '../runs/cells.ts';

/** Runs the program alone, and kills it once it has returned. It is no detector, and not on the board. */
export function bare({ name }: Pick<RuntimeHere, 'name'>): ByCommand {
  const options: Readonly<Record<Runtime, readonly string[]>> = {
    node: ['--disable-warning=ExperimentalWarning'],
    deno: ['run', '--allow-all', '--no-check', '--no-lock'],
    bun: ['run'],
  };
  return {
    name: 'bare',
    version: '1',
    sees: [],
    runtimes: [name],
    way: 'command',
    grace: 0,
    command: ({ runtime, entry }) => ({ argv: [runtime.executable, ...options[name], entry] }),
    read: () => [],
  };
}
