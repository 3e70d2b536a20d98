/**
 * A log tailer watches its file, and drops the watcher when the watcher reports an error.
 *
 * **What leaks** The watcher of each tailer that had an error.
 *
 * **Why it survives** The error handler clears the field that holds the watcher. An error does not close an
 * `FSWatcher`, and `stop()` then finds nothing to close.
 *
 * **How it shows up** On machines with a flaky network share the tailer is restarted again and again, until the
 * system's watches are used up.
 *
 * **How to fix** Close the watcher in the handler.
 *
 * **When this is not a leak** When the handler ends the process.
 */
import { watch, type FSWatcher } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Watcher forgotten, not closed, on error',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['desktop/desktop#22415'],
  hints: [
    'After an error, which variable still holds the watcher?',
    '`error` says that something went wrong, not that the watcher is closed.',
    'Call `close()` in the error handler before the field is cleared.',
  ],
  node: '>=22',
} satisfies Pattern;

class Tailer {
  readonly #file: string;
  #watcher: FSWatcher | undefined;
  readonly errors: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  start(): FSWatcher {
    const watcher = watch(this.#file); // LEAK: watcher
    this.#watcher = watcher;
    watcher.on('error', (error) => {
      this.errors.push(error.message);
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
