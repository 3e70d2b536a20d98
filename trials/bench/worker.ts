/** `worker.ts WORKLOAD SIZE WATCHER`: makes one measurement; prints ms of CPU and of the clock. */
import { watchers, isWatcher } from './watchers.ts';
import { workloads, type WorkloadName } from './workloads.ts';

const [workload, size, watcher = 'none'] = process.argv.slice(2);
if (!isWatcher(watcher)) throw new Error(`no watcher ${watcher}`);
const run = await watchers[watcher]();
const from = performance.now();
const before = process.cpuUsage();
await run(() => workloads[workload as WorkloadName](Number(size)));
const { user, system } = process.cpuUsage(before);
process.stdout.write(JSON.stringify({ cpu: (user + system) / 1000, clock: performance.now() - from }));
process.exit();
