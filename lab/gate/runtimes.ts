import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../catalogue/root.ts';

/** The Node lines on which everything has to hold, with the release that stands for each. */
export const nodeLines = { 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' } as const;

/**
 * The executable of a release of Node, fetched from the npm registry when it is first asked for, into a
 * cache of the project's own.
 *
 * @returns its absolute path
 */
export async function nodeExecutable(version: string): Promise<string> {
  const folder = join(projectRoot, '.cache', 'runtimes', `node-${version}`);
  const executable = join(folder, 'node_modules', 'node', 'bin', 'node');
  if (existsSync(executable)) return executable;
  // beside its place first, so that an interrupted fetch leaves nothing that looks whole
  const beside = `${folder}.${process.pid}.tmp`;
  mkdirSync(beside, { recursive: true });
  writeFileSync(
    join(beside, 'package.json'),
    JSON.stringify({ private: true, allowScripts: { node: true } }),
  );
  await $({ cwd: beside, quiet: true })`npm install --no-save --no-audit --no-fund node@${version}`;
  rmSync(folder, { recursive: true, force: true });
  renameSync(beside, folder);
  return executable;
}
