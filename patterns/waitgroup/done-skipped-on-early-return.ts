/**
 * A gallery counts the thumbnails it makes, and forgets to count down those that exist already.
 *
 * **What leaks** The publication that waits for its group, and every caller above it.
 *
 * **Why it survives** `shrink` returns early for a picture whose thumbnail exists, and that path does not
 * call `done()`. The count never comes back to zero, and nobody but the wait itself knows the group.
 *
 * **How it shows up** The first publication works, the second never reports back. Nothing is busy, no handle
 * is open, and the process exits quietly before its last line.
 *
 * **How to fix** Call `done()` on every way out of the task; an async task whose `finally` does it can't
 * forget.
 *
 * **When this is not a leak** If the caller adds only the pictures that need work, the early return owes
 * nothing.
 */
import { existsSync, writeFile } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome, Pattern } from '../../lab/contract.ts';
import { WaitGroup } from './wait-group.ts';

export const pattern = {
  title: 'Early return that never counts its task down',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  channel: 'promise',
  seenIn: ['honza/node-thumbnail#4'],
  hints: [
    'Publish the same folder twice and compare what the two calls report.',
    'Count the calls of `add` and of `done` for a picture that has its thumbnail already.',
    'The early return in `shrink` leaves without `group.done()`.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Picture {
  readonly name: string;
  readonly pixels: readonly number[];
}

/** Keeps every fourth pixel; a thumbnail that exists is never overwritten. */
function shrink(picture: Picture, folder: string, group: WaitGroup): void {
  const path = join(folder, `${picture.name}.thumb`);
  if (existsSync(path)) return;
  const pixels = picture.pixels.filter((_, index) => index % 4 === 0);
  writeFile(path, Buffer.from(pixels), (error) => {
    if (error) process.emitWarning(error);
    group.done();
  });
}

async function publish(pictures: readonly Picture[], folder: string): Promise<string[]> {
  const group = new WaitGroup();
  for (const picture of pictures) {
    group.add();
    shrink(picture, folder, group);
  }
  await group.wait(); // LEAK: await
  return (await readdir(folder)).toSorted();
}

export async function run(lab: Lab): Promise<Outcome> {
  const folder = await mkdtemp(join(lab.scratch, 'gallery-'));
  const pictures: Picture[] = [
    { name: 'harbour', pixels: [18, 20, 21, 19, 140, 138, 139, 141] },
    { name: 'market', pixels: [201, 199, 204, 200] },
  ];
  const published = await publish(pictures, folder);
  void publish(pictures, folder);
  return { published };
}
