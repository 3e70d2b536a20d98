import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { watch } from 'chokidar';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, scratch }: PackageLab): Promise<void> {
  const menu = join(scratch, 'menu');
  await mkdir(join(menu, 'drinks'), { recursive: true });
  await writeFile(join(menu, 'drinks', 'tea.txt'), '2');
  const watcher = watch(menu, { ignoreInitial: true }); // LEAK: watcher
  await once(watcher, 'ready');
  const file = join(menu, 'drinks', 'milk.txt');
  const added = once(watcher, 'add');
  await writeFile(file, '1');
  deepEqual((await added)[0], file);
  const removed = once(watcher, 'unlink');
  await rm(file);
  deepEqual((await removed)[0], file);
  if (close) await watcher.close();
}
