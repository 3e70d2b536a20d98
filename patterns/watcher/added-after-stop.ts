/**
 * A build server is stopped, and a page that was being built reports its sources to it afterwards.
 *
 * **What leaks** The watcher of each source that was reported after the stop.
 *
 * **Why it survives** The variable at module level goes on naming the stopped server, and `add` of that server
 * starts watchers as before. What `stop` would close it has closed already.
 *
 * **How it shows up** Tests that stop the server while pages are being built leave a process that never exits.
 *
 * **How to fix** Forget the server when it is stopped.
 *
 * **When this is not a leak** When a stopped server refuses, as `FSWatcher` itself does after `close()`.
 */
import { watch, type FSWatcher } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Watch on a server that was stopped, through a variable that still names it',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['vitejs/vite#6815', 'vitejs/vite#18224'],
  hints: [
    'Stop the server while a page is built. Who still talks to it?',
    'The variable is set at the start and never again.',
    'Set the variable to undefined in `stop`, so that late reports find nobody.',
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
