/**
 * Tried: the files are polled with `persistent: false`.
 *
 * **Still leaks because** the polls go on, for every file ever seen, as long as anything else keeps the process
 * alive.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

class TreeWatcher {
  readonly #watched = new Set<string>();
  changes = 0;
  files = 0;

  async add(folder: string): Promise<void> {
    this.#watched.add(folder);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await this.add(path);
      else this.#poll(path);
    }
  }

  #poll(path: string): void {
    this.files++;
    // TRIED: the process can exit
    watchFile(path, { interval: 60_000, persistent: false }, () => this.changes++); // LEAK: watcher x2
  }

  close(): void {
    for (const path of this.#watched) unwatchFile(path);
    this.#watched.clear();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  await mkdir(join(lab.scratch, 'chapters'));
  await writeFile(join(lab.scratch, 'index.md'), '# Index');
  await writeFile(join(lab.scratch, 'chapters', 'one.md'), '# One');
  const tree = new TreeWatcher();
  await tree.add(lab.scratch);
  tree.close();
  return { files: tree.files, changes: tree.changes };
}
