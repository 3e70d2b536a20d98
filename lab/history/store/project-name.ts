import { basename, join } from 'node:path';
import { existsSync } from 'node:fs';
import { git } from '../../ci/git.ts';
import { readJson } from '../../shared/json-file.ts';
import { isRecord } from '../../shared/record.ts';

/** Returns the name of a project: that of its repository, else of its package.json, else of its folder. */
export async function projectNameOf(root: string): Promise<string> {
  const origin = await git(root, 'config', '--get', 'remote.origin.url');
  const [, path] = /[/:]([^/:]+\/[^/:]+?)(?:\.git)?\/?$/.exec(origin ?? '') ?? [];
  if (path !== undefined) return path;
  const manifest = join(root, 'package.json');
  const content = existsSync(manifest) ? readJson(manifest, 'fix it') : undefined;
  const name = isRecord(content) ? content['name'] : undefined;
  return typeof name === 'string' && name !== '' ? name : basename(root);
}
