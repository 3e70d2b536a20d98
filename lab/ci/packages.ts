import { existsSync, globSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJson } from '../shared/json-file.ts';
import { isRecord, type Fields } from '../shared/record.ts';
import { UsageError } from '../shared/usage-error.ts';

/** A package with tests to run. */
export interface Package {
  /** Absolute. */
  readonly folder: string;
  readonly name: string;
  readonly hasTests: boolean;
}

/**
 * Returns the packages of a project: the named ones, else its npm workspaces, else the project itself.
 *
 * @param root the folder of package.json, absolute
 * @param named folders, relative to the root
 * @throws UsageError if there is no package, or a package.json can't be used
 */
export function packagesOf(root: string, named: readonly string[] = []): readonly Package[] {
  if (named.length > 0) return named.map((folder) => packageIn(resolve(root, folder)));
  const patterns = workspacesOf(root);
  if (patterns.length === 0) return [packageIn(root)];
  const without = patterns.filter((each) => each.startsWith('!')).map((each) => each.slice(1));
  const folders = globSync(
    patterns.filter((each) => !each.startsWith('!')),
    { cwd: root, exclude: ['**/node_modules/**', ...without] },
  ).filter((folder) => existsSync(join(root, folder, 'package.json')));
  if (folders.length === 0) {
    throw new UsageError(
      `no package in the workspaces ${patterns.join(', ')} of ${join(root, 'package.json')}`,
      'name the folders: --packages packages/orders,packages/stock',
    );
  }
  return folders.toSorted().map((folder) => packageIn(join(root, folder)));
}

function packageIn(folder: string): Package {
  const content = contentOf(folder);
  const { name, scripts } = content;
  const test = isRecord(scripts) ? scripts['test'] : undefined;
  return {
    folder,
    name: typeof name === 'string' && name !== '' ? name : folder,
    hasTests: typeof test === 'string' && test !== '',
  };
}

/** Returns the workspaces of a package.json: npm has a list, yarn may have an object with a list. */
function workspacesOf(root: string): readonly string[] {
  const { workspaces } = contentOf(root);
  const list = isRecord(workspaces) ? workspaces['packages'] : workspaces;
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

function contentOf(folder: string): Fields {
  const file = join(folder, 'package.json');
  if (!existsSync(file))
    throw new UsageError(`no ${file}`, 'name folders of packages: --packages packages/orders');
  const content = readJson(file, 'fix it');
  if (!isRecord(content)) throw new UsageError(`${file}: expected an object`, 'fix it');
  return content;
}
