/** Runs a workload as a test, to measure vitest's own option; the environment names the workload. */
import { appendFileSync } from 'node:fs';
import { test } from 'vitest';
import { workloads, type WorkloadName } from './workloads.ts';

// oxlint-disable-next-line vitest/expect-expect -- it measures
test('work', async () => {
  const { BENCH_WORKLOAD = 'awaits', BENCH_SIZE = '1', BENCH_RESULT = '' } = process.env;
  const before = process.cpuUsage();
  await workloads[BENCH_WORKLOAD as WorkloadName](Number(BENCH_SIZE));
  const { user, system } = process.cpuUsage(before);
  appendFileSync(BENCH_RESULT, `${(user + system) / 1000}\n`);
}, 600_000);
