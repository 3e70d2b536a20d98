import { equal } from 'node:assert/strict';
import { Cron } from 'croner';
import type { PackageLab } from '../package-lab.ts';

export async function run({ close }: PackageLab): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<number>();
  let runs = 0;
  const report = new Cron('0 0 * * *', () => resolve(++runs)); // LEAK: timer
  equal(report.isRunning(), true);
  await report.trigger();
  equal(await promise, 1);
  equal((report.nextRun()?.getTime() ?? 0) > Date.now(), true);
  if (close) report.stop();
}
