/**
 * A build server is stopped while a page is being built, and the page reports its sources to the server afterwards.
 *
 * **What leaks** The watcher of each source that was reported after the stop.
 *
 * **Why it survives** The variable at module level still holds the stopped server, whose `add` starts watchers as
 * before. `stop` has already run, so no later call closes them.
 *
 * **How it shows up** When tests stop the server while pages are being built, the process never exits.
 *
 * **How to fix** Clear the variable when the server is stopped.
 *
 * **When this is not a leak** When a stopped server refuses new files, as `FSWatcher` itself does after `close()`.
 */
import { watch, type FSWatcher } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Watcher added to a stopped server',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['vitejs/vite#6815', 'vitejs/vite#18224'],
  hints: [
    'Stop the server while a page is built. Which code still calls the server?',
    'The variable is set at the start and never cleared.',
    'Set the variable to undefined in `stop`, so that late reports find no server.',
  ],
  node: '>=22',
} satisfies Pattern;

class BuildServer {
  readonly #watchers = new Map<string, FSWatcher>();

  add(file: string): void {
    if (!this.#watchers.has(file)) this.#watchers.set(file, watch(file)); // LEAK: watcher
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}

let server: BuildServer | undefined;

function start(): void {
  server = new BuildServer();
}

function stop(): void {
  server?.close();
}

async function build(file: string): Promise<string> {
  const source = await readFile(file, 'utf8');
  server?.add(file);
  return source.toUpperCase();
}

export async function run(lab: Lab): Promise<Outcome> {
  const file = join(lab.scratch, 'page.txt');
  await writeFile(file, 'hello');
  start();
  const early = await build(file);
  const building = build(file);
  stop();
  return { early, late: await building };
}
