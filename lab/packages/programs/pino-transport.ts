import { equal } from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close, scratch }: PackageLab): Promise<void> {
  const destination = join(scratch, 'shop.log');
  const transport = pino.transport({ target: 'pino/file', options: { destination } }); // LEAK: worker
  const log = pino(transport);
  await once(transport, 'ready');
  log.info({ order: 7 }, 'ordered');
  log.child({ order: 8 }).error(new Error('out of stock'));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  log.flush((error) => (error ? reject(error) : resolve()));
  await promise;
  equal((await readFile(destination, 'utf8')).trim().split('\n').length, 2);
  if (close) {
    transport.end();
    await once(transport, 'close');
  }
}
