/**
 * A file index watches a folder, lists it, and is closed while the listing is still under way.
 *
 * **What leaks** The `fs.watch` of the folder whose listing outlived the index.
 *
 * **Why it survives** The watcher is made before the first `await`, and its closer is registered after that.
 * `close()` comes in between and finds nothing to close; `add` then sees that the index is closed and returns before
 * the registration.
 *
 * **How it shows up** Now and then, a tool that is stopped right after its start never exits.
 *
 * **How to fix** Close the watcher when the index turns out to be closed, or register the closer right after the
 * watcher is made.
 *
 * **When this is not a leak** When nothing is awaited between making the watcher and registering its closer.
 */
import { watch } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Watcher registered too late to be closed',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['paulmillr/chokidar#1482'],
  hints: [
    'Close the index right after `add`. Which watchers does the index know by then?',
    'Look at the lines before the first await, and at those after.',
    'Close the watcher before the early return, or register its closer before the first await.',
  ],
  node: '>=22',
} satisfies Pattern;

class FileIndex {
  readonly names = new Set<string>();
  readonly #closers: (() => void)[] = [];
  #isClosed = false;

  async add(folder: string): Promise<void> {
    const watcher = watch(folder, (_event, name) => this.names.add(name ?? '')); // LEAK: watcher
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
