/** Mended: the early return counts its task down too, so each `add()` meets its `done()`. */
import { existsSync, writeFile } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab, Outcome } from '../../lab/contract.ts';
import { WaitGroup } from '../../patterns/waitgroup/wait-group.ts';

interface Picture {
  readonly name: string;
  readonly pixels: readonly number[];
}

/** Keeps every fourth pixel; a thumbnail that exists is never overwritten. */
function shrink(picture: Picture, folder: string, group: WaitGroup): void {
  const path = join(folder, `${picture.name}.thumb`);
  if (existsSync(path)) return group.done(); // FIX: nothing to do is done as well
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
  await group.wait();
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
