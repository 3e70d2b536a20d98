/** Fixed: the watcher is closed when it reports an error. */
import { watch, type FSWatcher } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

class Tailer {
  readonly #file: string;
  #watcher: FSWatcher | undefined;
  readonly errors: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  start(): FSWatcher {
    const watcher = watch(this.#file);
    this.#watcher = watcher;
    watcher.on('error', (error) => {
      this.errors.push(error.message);
      watcher.close(); // FIX: an error does not close a watcher
      this.#watcher = undefined;
    });
    return watcher;
  }

  stop(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

export async function run(lab: Lab): Promise<Outcome> {
  const file = join(lab.scratch, 'app.log');
  await appendFile(file, 'started\n');
  const calm = new Tailer(file);
  calm.start();
  calm.stop();
  const troubled = new Tailer(file);
  // as the system reports a lost share
  troubled.start().emit('error', new Error('ESTALE: stale file handle'));
  troubled.stop();
  return { calm: calm.errors, troubled: troubled.errors };
}
