import { deepEqual, rejects } from 'node:assert/strict';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import { Piscina } from 'piscina';
import type { PackageLab, PackageProgram } from '../package-lab.ts';

export const program = {
  leavesWhenClosed: {
    kind: 'timer',
    package: 'piscina',
    reason:
      'close() races its work against an unref timer of closeTimeout, 30 s by default, and never takes it back',
  },
} satisfies PackageProgram;

export async function run({ close, scratch }: PackageLab): Promise<void> {
  const filename = join(scratch, 'price.mjs');
  await writeFile(
    filename,
    'export default ({ item, count }) => { if (count < 1) throw new RangeError(item); return count * 3; };',
  );
  const prices = new Piscina<{ item: string; count: number }, number>({ filename, maxThreads: 1 }); // LEAK: worker
  const asked = [1, 2, 3].map((count) => prices.run({ item: 'tea', count }));
  deepEqual(await Promise.all(asked), [3, 6, 9]);
  await rejects(prices.run({ item: 'tea', count: 0 }), RangeError);
  if (close) await prices.close();
}
