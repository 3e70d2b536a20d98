/**
 * A cleaner looks for the first file that is old enough, and stops reading the folder there.
 *
 * **Looks like a leak** A directory is opened, its loop is left by `return`, and no line closes it.
 *
 * **Is none because** The iterator of a `Dir` closes the directory when the loop is left, also by an error.
 */
import { opendir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function firstWith(folder: string, suffix: string): Promise<string> {
  const dir = await opendir(folder);
  for await (const entry of dir) if (entry.name.endsWith(suffix)) return entry.name;
  return 'none';
}

export async function run(lab: Lab): Promise<Outcome> {
  for (const name of ['a.log', 'b.tmp', 'c.log']) {
    await writeFile(join(lab.scratch, name), name);
    await utimes(join(lab.scratch, name), 0, 0);
  }
  return { old: await firstWith(lab.scratch, '.tmp'), none: await firstWith(lab.scratch, '.bak') };
}
