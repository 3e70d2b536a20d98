/** Fixed: `stop` clears the variable that holds the server. */
import { watch, type FSWatcher } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

class BuildServer {
  readonly #watchers = new Map<string, FSWatcher>();

  add(file: string): void {
    if (!this.#watchers.has(file)) this.#watchers.set(file, watch(file));
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
  server = undefined; // FIX: late reports find no server
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
