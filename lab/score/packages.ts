import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../catalogue/root.ts';

const here = import.meta.dirname;

/**
 * A file of a package: one of those that lab/score/package.json pins, or of the project's own.
 *
 * @throws if neither has it
 */
export function packageFile(path: string): string {
  const folders = [here, projectRoot];
  const found = folders.map((folder) => join(folder, 'node_modules', path)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${path} is in no node_modules: npm ci in lab/score`);
  return found;
}

/**
 * Installs the tools of other people that lab/score/package.json pins, when they are first asked for: whoever wants
 * the detector alone need not have four hundred packages.
 */
export async function installPackages(): Promise<void> {
  if (existsSync(join(here, 'node_modules', '.package-lock.json'))) return;
  await $({ cwd: here, quiet: true })`npm ci --no-audit --no-fund --loglevel=error`;
}
