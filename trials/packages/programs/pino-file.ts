import { deepEqual } from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, scratch }: PackageLab): Promise<void> {
  const dest = join(scratch, 'shop.log');
  const file = destination({ dest, sync: true }); // LEAK: fd
  const log = pino({ base: { shop: 1 } }, file);
  await once(file, 'ready');
  const child = log.child({ order: 7 });
  log.info('opened');
  child.warn('out of stock');
  const lines = (await readFile(dest, 'utf8')).trim().split('\n');
  deepEqual(
    lines.map((line) => (JSON.parse(line) as { msg: string }).msg),
    ['opened', 'out of stock'],
  );
  if (close) {
    file.end();
    await once(file, 'close');
  }
}
