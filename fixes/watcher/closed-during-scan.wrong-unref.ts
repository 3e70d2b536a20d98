/**
 * Tried: the watcher is unref'd, so that the process can exit.
 *
 * **Still leaks because** the watcher goes on watching, with its handle and descriptor, for as long as other work
 * keeps the process running.
 */
import { watch } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

class FileIndex {
  readonly names = new Set<string>();
  readonly #closers: (() => void)[] = [];
  #isClosed = false;

  async add(folder: string): Promise<void> {
    const watcher = watch(folder, (_event, name) => this.names.add(name ?? '')); // LEAK: watcher
    watcher.unref(); // TRIED: the process can exit
    for (const name of await readdir(folder)) this.names.add(name);
    if (this.#isClosed) return;
    this.#closers.push(() => watcher.close());
  }

  close(): void {
    this.#isClosed = true;
    for (const close of this.#closers.splice(0)) close();
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  await writeFile(join(lab.scratch, 'notes.md'), '# Notes');
  const index = new FileIndex();
  await index.add(lab.scratch);
  const known = [...index.names];
  index.close();

  const hasty = new FileIndex();
  const adding = hasty.add(lab.scratch);
  hasty.close();
  await adding;
  return { known, hasty: hasty.names.size };
}
