import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { $ } from 'zx';
import { projectRoot } from '../../shared/project-root.ts';

const here = dirname(import.meta.dirname);

/**
 * Returns the file of a package that lab/score/package.json pins, of the project, or of the current folder.
 *
 * @throws if none has it
 */
export function packageFile(path: string): string {
  const folders = [here, projectRoot, process.cwd()];
  const found = folders.map((folder) => join(folder, 'node_modules', path)).find((file) => existsSync(file));
  if (found === undefined) throw new Error(`${path} is in no node_modules: npm install ${packageOf(path)}`);
  return found;
}

/**
 * Returns the package of a path, `@rstest/core` for `@rstest/core/bin/rstest.js`.
 */
function packageOf(path: string): string {
  return path
    .split('/')
    .slice(0, path.startsWith('@') ? 2 : 1)
    .join('/');
}

/**
 * Installs the foreign tools that lab/score/package.json pins, at their first use: the detector alone does not need
 * their four hundred packages.
 */
export async function installPackages(): Promise<void> {
  const { dependencies } = readJson(join(here, 'package.json'));
  const isThere = Object.entries(dependencies ?? {}).every(([name, version]) => {
    const file = join(here, 'node_modules', name, 'package.json');
    return existsSync(file) && readJson(file).version === version;
  });
  if (isThere) return;
  await $({ cwd: here, quiet: true })`npm ci --no-audit --no-fund --loglevel=error`;
}

function readJson(file: string): {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
} {
  return JSON.parse(readFileSync(file, 'utf8')) as {
    version?: string;
    dependencies?: Record<string, string>;
  };
}
