/**
 * A preview opens the selected file, and is destroyed when the next file is selected before the first one is open.
 *
 * **What leaks** The descriptor of each file whose reader was destroyed before the file was open.
 *
 * **Why it survives** `destroy()` closes the descriptor that it knows. The open is still under way then; its callback
 * stores a descriptor in an object that is already destroyed.
 *
 * **How it shows up** Descriptors pile up when a user scrolls fast through a list, until `EMFILE` comes.
 *
 * **How to fix** Check in the callback whether the reader was destroyed, and close the descriptor at once.
 *
 * **When this is not a leak** When a stream of `node:fs` is used, which waits for its open before it closes.
 */
import { close, open } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'File opened after its reader was destroyed',
  stage: 'unit',
  grows: ['fds'],
  leaves: 'retained',
  seenThrough: 'descriptor',
  seenIn: ['nodejs/node#81'],
  hints: [
    'Destroy the reader right after it is made. Which descriptor does it know?',
    'What does the callback of `open` do when the reader is already destroyed?',
    'Close the descriptor in the callback if the reader is destroyed.',
  ],
  node: '>=22',
} satisfies Pattern;

class Preview {
  #descriptor: number | undefined;
  #isDestroyed = false;
  readonly opened = Promise.withResolvers<boolean>();
  readonly closed = Promise.withResolvers<void>();

  constructor(path: string) {
    open(path, this.#keep); // LEAK: fd
  }

  readonly #keep = (error: Error | null, descriptor: number): void => {
    if (!error) this.#descriptor = descriptor;
    this.opened.resolve(!error);
  };

  destroy(): void {
    this.#isDestroyed = true;
    if (this.#descriptor !== undefined) close(this.#descriptor, () => this.closed.resolve());
  }

  get isDestroyed(): boolean {
    return this.#isDestroyed;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const path = join(lab.scratch, 'photo.raw');
  await writeFile(path, 'raw');
  const shown = new Preview(path);
  const isShown = await shown.opened.promise;
  shown.destroy();
  await shown.closed.promise;

  const skipped = new Preview(path);
  skipped.destroy();
  await skipped.opened.promise;
  return { isShown, destroyed: [shown.isDestroyed, skipped.isDestroyed] };
}
