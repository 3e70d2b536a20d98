/**
 * A print spooler takes the first job it finds in its folder and stops looking.
 *
 * **Looks like a leak** A directory is opened and a `return` leaves the loop over it in the middle, with
 * no `close()` anywhere. The folder is read one entry at a time, so the loop is certainly not at its end.
 *
 * **Is none because** Leaving a `for await` calls the iterator's `return()`, and that of `fs.Dir` closes
 * the directory however the loop is left. A `close()` after the loop would even fail with `ERR_DIR_CLOSED`.
 */
import { mkdir, opendir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function nextJob(spool: string): Promise<string | null> {
  const folder = await opendir(spool, { bufferSize: 1 });
  for await (const entry of folder) {
    if (entry.isFile()) return entry.name;
  }
  return null;
}

export async function run(lab: Lab): Promise<Outcome> {
  const spool = join(lab.scratch, 'spool');
  await rm(spool, { recursive: true, force: true });
  for (const tray of ['a4', 'a3', 'letter']) await mkdir(join(spool, tray), { recursive: true });

  const before = await nextJob(spool);
  await writeFile(join(spool, 'invoice.job'), '%PDF-1.7');
  const after = await nextJob(spool);
  await writeFile(join(spool, 'a4', 'letter.job'), '%PDF-1.7');
  const inTray = await nextJob(join(spool, 'a4'));

  return { before, after, inTray };
}
