import { UsageError } from '../../shared/usage-error.ts';
import { adapters as known } from '../adapters.ts';
import type { Adapter } from './adapter.ts';
import { loadAdapter } from './load-adapter.ts';

/**
 * Returns a detector of the board by its name, or a foreign one by its file.
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

/** Reports whether lab/score/package.json pins this detector's packages. */
export function needsPackages(name: string): boolean {
  return ['jest', 'rstest', 'deno-test', 'bun-test', 'leaked-handles', 'eslint', 'memlab'].includes(name);
}

/** Prints the detectors for `leaklab score --list`; returns the exit code. */
export function listAdapters(isJson: boolean): number {
  const rows = known.map(({ name, title = name, version, sees }) => ({ name, title, version, sees }));
  if (isJson) process.stdout.write(`${JSON.stringify({ version: 1, detectors: rows }, null, 2)}\n`);
  else
    for (const { name, title, version, sees } of rows)
      process.stdout.write(
        `${name.padEnd(20)} ${version.padEnd(14)} ${title}; sees ${sees.join(', ') || 'nothing, by its claim'}\n`,
      );
  return 0;
}
