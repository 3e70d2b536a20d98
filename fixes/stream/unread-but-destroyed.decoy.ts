/**
 * A thumbnail is made from the first bytes of a film, and the rest is not read.
 *
 * **Looks like a leak** A file stream is read a little and then left.
 *
 * **Is none because** Leaving the loop destroys the stream, which closes the file.
 */
import { createReadStream } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';

async function firstBytes(path: string, count: number): Promise<string> {
  for await (const chunk of createReadStream(path, { highWaterMark: 16 })) {
    return (chunk as Buffer).subarray(0, count).toString();
  }
  return '';
}

export async function run(lab: Lab): Promise<Outcome> {
  const path = join(lab.scratch, 'film.mp4');
  await writeFile(path, 'ftypisom');
  await truncate(path, 1024 * 1024);
  return { type: await firstBytes(path, 8) };
}
