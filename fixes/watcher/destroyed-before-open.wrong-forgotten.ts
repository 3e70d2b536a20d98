/**
 * Tried: the callback does not store the descriptor of a destroyed reader.
 *
 * **Still leaks because** a file whose descriptor is not stored is still open.
 */
import { close, open } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Preview {
  #descriptor: number | undefined;
  #isDestroyed = false;
  readonly opened = Promise.withResolvers<boolean>();
  readonly closed = Promise.withResolvers<void>();

  constructor(path: string) {
    open(path, this.#keep); // LEAK: fd
  }

  readonly #keep = (error: Error | null, descriptor: number): void => {
    // TRIED: the file is not wanted
    if (!error && !this.#isDestroyed) this.#descriptor = descriptor;
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
