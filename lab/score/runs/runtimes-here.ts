import { readFileSync } from 'node:fs';
import { nodeExecutable, nodeLines } from '../../shared/project-releases.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { runtimes, type Adapter, type Runtime } from '../answer/adapter.ts';
import type { RuntimeHere } from './cells.ts';
import { installPackages, packageFile } from './packages.ts';

/**
 * Returns the named runtimes: `node` is this one, `22`, `24` and `26` the release of a line, then `deno` and `bun`.
 * Without a name: this Node, and any other runtime on which alone an adapter runs.
 *
 * @throws UsageError for an unknown name
 */
export async function runtimesFor(
  names: readonly string[],
  adapters: readonly Adapter[],
): Promise<readonly RuntimeHere[]> {
  if (names.some((name) => name === 'deno' || name === 'bun')) await installPackages();
  const needed = (runtime: Runtime): boolean => adapters.some(({ runtimes: own }) => own?.includes(runtime));
  const asked = names.length > 0 ? names : runtimes.filter((name) => name === 'node' || needed(name));
  return Promise.all(asked.map((name) => runtimeOf(name)));
}

async function runtimeOf(name: string): Promise<RuntimeHere> {
  if (name === 'node') return { name, version: process.versions.node, executable: process.execPath };
  if (name === 'deno') return { name, version: releaseOf('deno'), executable: packageFile('deno/deno') };
  if (name === 'bun') return { name, version: releaseOf('bun'), executable: packageFile('bun/bin/bun.exe') };
  const version = Object.entries(nodeLines).find(([line]) => line === name)?.[1];
  if (version === undefined)
    throw new UsageError(
      `no runtime ${JSON.stringify(name)}`,
      `one of node, ${Object.keys(nodeLines).join(', ')}, deno, bun`,
    );
  const executable = version === process.versions.node ? process.execPath : await nodeExecutable(version);
  return { name: 'node', version, executable };
}

function releaseOf(name: string): string {
  return (JSON.parse(readFileSync(packageFile(`${name}/package.json`), 'utf8')) as { version: string })
    .version;
}
