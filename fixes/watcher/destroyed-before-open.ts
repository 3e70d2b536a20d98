/** Fixed: a file that is opened too late is closed at once. */
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
    open(path, this.#keep);
  }

  readonly #keep = (error: Error | null, descriptor: number): void => {
    // FIX: the reader is not destroyed a second time
    if (this.#isDestroyed && !error) return close(descriptor, () => this.opened.resolve(true));
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
