import { UsageError } from '../../shared/usage-error.ts';
import { adapters as known } from '../adapters.ts';
import type { Adapter } from './adapter.ts';
import { loadAdapter } from './load-adapter.ts';

/**
 * One of those on the board by its name, or somebody's by the file of it.
 *
 * @throws UsageError if there is none, or it is no adapter
 */
export async function adapterOf(name: string): Promise<Adapter> {
  const found = known.find((adapter) => adapter.name === name);
  if (found) return found;
  if (/[./]/.test(name)) return loadAdapter(name);
  throw new UsageError(
    `no detector ${JSON.stringify(name)}`,
    `one of ${known.map((adapter) => adapter.name).join(', ')}, or the file of one`,
  );
}

/** Whether it is one of those that lab/score/package.json pins. */
export function needsPackages(name: string): boolean {
  return ['jest', 'rstest', 'deno-test', 'bun-test', 'leaked-handles', 'eslint', 'memlab'].includes(name);
}

/** `leaklab score --list`; returns the exit code. */
export function listAdapters(isJson: boolean): number {
  const rows = known.map(({ name, title = name, version, sees }) => ({ name, title, version, sees }));
  if (isJson) process.stdout.write(`${JSON.stringify({ version: 1, detectors: rows }, null, 2)}\n`);
  else
    for (const { name, title, version, sees } of rows)
      process.stdout.write(
        `${name.padEnd(20)} ${version.padEnd(14)} ${title}; sees ${sees.join(', ') || 'nothing it would claim'}\n`,
      );
  return 0;
}
