import { execFileSync } from 'node:child_process';
import { UsageError } from './usage-error.ts';

/**
 * Returns the version of an executable of Node: `v24.21.0`.
 *
 * @throws UsageError if the executable does not start or is not Node
 */
export function versionOf(node: string): string {
  let version: string;
  try {
    version = execFileSync(node, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    throw new UsageError(`--node ${JSON.stringify(node)} does not start`, `--node ${process.execPath}`);
  }
  if (/^v\d+\.\d+\.\d+/.test(version)) return version;
  throw new UsageError(
    `--node ${JSON.stringify(node)} is no Node: it says ${JSON.stringify(version.split('\n')[0])}`,
    `--node ${process.execPath}`,
  );
}
