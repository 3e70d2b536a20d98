/**
 * A report is sent from a file handle that no line closes.
 *
 * **Looks like a leak** A `FileHandle` is opened, given to a stream, and forgotten.
 *
 * **Is none because** A stream made from a handle closes the handle when the stream ends, and `text` reads the stream
 * to its end.
 */
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function send(path: string): Promise<number> {
  const report = await open(path);
  const { size } = await report.stat();
  const content = await text(report.createReadStream());
  return content.length - size;
}

export async function run(lab: Lab): Promise<Outcome> {
  const path = join(lab.scratch, 'report.csv');
  await writeFile(path, 'day,visits\n'.repeat(1000));
  return { missing: await send(path) };
}
