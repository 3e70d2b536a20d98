/**
 * A recursive watcher polls each file that it finds, and keeps a list of the folders alone for the day it is closed.
 *
 * **What leaks** The poll timer of `fs.watchFile` for each file.
 *
 * **Why it survives** `watchFile` has nothing to close; it ends when `unwatchFile` is called with the path. The
 * watcher remembers folders, and the paths of the files are forgotten.
 *
 * **How it shows up** The process does not exit after `close()`, and stats every file of the tree each few seconds
 * until then.
 *
 * **How to fix** Record each file before it is watched, and unwatch what was recorded.
 *
 * **When this is not a leak** When the process ends by itself anyway: polling with `persistent: false` holds nothing
 * up, though it costs.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Polled files that nobody wrote down',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#45501'],
  hints: [
    'What does the watcher do with a file, and what with a folder?',
    'Look at what `close()` goes through, and what was put there.',
    'Add files to the list before they are watched.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    watchFile(path, { interval: 60_000 }, () => this.changes++); // LEAK: watcher x2
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
