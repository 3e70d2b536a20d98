/**
 * A recursive watcher polls each file that it finds, but only lists the folders that it has to close.
 *
 * **What leaks** The poll timer of `fs.watchFile` for each file.
 *
 * **Why it survives** A poll of `watchFile` only ends when `unwatchFile` is called with its path. The watcher
 * remembers the folders and forgets the paths of the files.
 *
 * **How it shows up** The process does not exit after `close()`, and calls `stat` for every file of the tree every
 * few seconds.
 *
 * **How to fix** Record each file before it is watched, and unwatch every recorded file.
 *
 * **When this is not a leak** When the process is about to end anyway: polling with `persistent: false` does not keep
 * it alive, though it costs.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Polled files never unwatched',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['nodejs/node#45501'],
  hints: [
    'What does the watcher do with a file, and what does it do with a folder?',
    'Look at the list that `close()` goes through. What was added to it?',
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
