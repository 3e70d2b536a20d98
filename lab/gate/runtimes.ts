import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../catalogue/root.ts';

/** The Node lines on which everything has to hold, with the release that stands for each. */
export const nodeLines = { 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' } as const;

/** The releases of other runtimes with which the labels are compared. */
export const foreignRuntimes = { deno: '2.9.6', bun: '1.4.5' } as const;

/** Where a package of a runtime has its executable. */
const executables = { node: 'node/bin/node', deno: 'deno/deno', bun: 'bun/bin/bun.exe' } as const;

/**
 * The executable of a release of Node.
 *
 * @returns its absolute path
 */
export async function nodeExecutable(version: string): Promise<string> {
  return runtimeExecutable('node', version);
}

/**
 * The executable of a runtime, fetched from the npm registry when it is first asked for, into a cache of the
 * project's own.
 *
 * @returns its absolute path
 */
export async function runtimeExecutable(name: keyof typeof executables, version: string): Promise<string> {
  const folder = join(projectRoot, '.cache', 'runtimes', `${name}-${version}`);
  const executable = join(folder, 'node_modules', executables[name]);
  if (existsSync(executable)) return executable;
  // beside its place first, so that an interrupted fetch leaves nothing that looks whole
  const beside = `${folder}.${process.pid}.tmp`;
  mkdirSync(beside, { recursive: true });
  writeFileSync(
    join(beside, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { [name]: true } }),
  );
  await $({ cwd: beside, quiet: true })`npm install --no-save --no-audit --no-fund ${name}@${version}`;
  rmSync(folder, { recursive: true, force: true });
  renameSync(beside, folder);
  return executable;
}
