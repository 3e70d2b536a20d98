/** Fixed: a watcher made for an index that is closed by then is closed at once. */
import { watch } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

class FileIndex {
  readonly names = new Set<string>();
  readonly #closers: (() => void)[] = [];
  #isClosed = false;

  async add(folder: string): Promise<void> {
    const watcher = watch(folder, (_event, name) => this.names.add(name ?? ''));
    for (const name of await readdir(folder)) this.names.add(name);
    if (this.#isClosed) return watcher.close(); // FIX: close() did not know the watcher
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
