import { deepEqual, equal } from 'node:assert/strict';
import PQueue from 'p-queue';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const kitchen = new PQueue({ concurrency: 2 });
  const cooked = await Promise.all(['soup', 'fish', 'cake'].map((dish) => kitchen.add(async () => dish)));
  deepEqual(cooked, ['soup', 'fish', 'cake']);
  kitchen.pause();
  const late = kitchen.add(async () => 'tea');
  equal(kitchen.size, 1);
  if (close) kitchen.start();
  void (async () => {
    await late; // LEAK: await
  })();
}
