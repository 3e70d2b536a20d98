import { $ } from 'zx';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** ms that a suite may take before it counts as hanging; on a busy machine, some take ten seconds. */
const limit = 180_000;

/**
 * Runs a Node in a folder, without the variables that a test runner or CI sets.
 *
 * @param more variables to set
 */
export async function runNode(
  node: string,
  args: readonly string[],
  cwd: string,
  more: NodeJS.ProcessEnv = {},
): Promise<Ran> {
  const none = [
    'NODE_OPTIONS',
    'VITEST',
    'FORCE_COLOR',
    'CI',
    'GITHUB_ACTIONS',
    'LEAKLAB_REPORTS',
    'LEAKLAB_FAMILY',
  ];
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !none.includes(name)));
  const { exitCode, stdout, stderr } = await $({
    cwd,
    env: { ...env, NO_COLOR: '1', ...more },
    quiet: true,
    nothrow: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: limit,
    killSignal: 'SIGKILL',
  })`${node} ${args}`;
  return { code: exitCode, stdout, stderr };
}
