/**
 * A settings screen follows its file until the screen is left.
 *
 * **Looks like a leak** A watcher and the loop over its events are started and never mentioned again; nothing calls
 * `close()`.
 *
 * **Is none because** The watcher has a signal that is aborted when the screen is left, which closes the watcher and
 * ends the loop.
 */
import { once } from 'node:events';
import { watch } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function followUntilLeft(file: string, left: AbortSignal): Promise<string> {
  const watcher = watch(file, { signal: left });
  watcher.on('change', () => undefined);
  await once(watcher, 'close');
  return 'left';
}

export async function run(lab: Lab): Promise<Outcome> {
  const file = join(lab.scratch, 'settings.json');
  await writeFile(file, '{}');
  const screen = new AbortController();
  const following = followUntilLeft(file, screen.signal);
  screen.abort();
  return { screen: await following };
}
