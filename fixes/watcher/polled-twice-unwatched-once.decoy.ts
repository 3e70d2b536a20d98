/**
 * Two widgets poll one file, and the page unwatches it once when it is closed.
 *
 * **Looks like a leak** `watchFile` is called twice and `unwatchFile` once.
 *
 * **Is none because** Without a listener, `unwatchFile` ends all polls of the file.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

interface Widget {
  readonly name: string;
  updates: number;
}

function follow(file: string, widget: Widget): void {
  watchFile(file, { interval: 60_000 }, () => widget.updates++);
}

export async function run(lab: Lab): Promise<Outcome> {
  const file = join(lab.scratch, 'load.txt');
  await writeFile(file, '0.5');
  const widgets: Widget[] = ['gauge', 'graph'].map((name) => ({ name, updates: 0 }));
  for (const widget of widgets) follow(file, widget);
  unwatchFile(file);
  return { widgets: widgets.map(({ name, updates }) => `${name}: ${updates}`) };
}
