/** `looks.ts N`: measures a snapshot and its check beside N live resources; prints JSON. */
import { memoryUsage } from 'node:process';
import { find } from '../../detector/index.ts';
import { openScope } from '../../detector/internal.ts';

const count = Number(process.argv[2]);
const rounds = Math.max(20, Math.min(1000, 2e7 / count));
const collect = (): void => globalThis.gc?.();

// the suite's scope keeps the probes watching, as a runner's does
const suite = openScope({ name: 'suite' });
collect();
const bare = memoryUsage().heapUsed;
const timers: NodeJS.Timeout[] = [];
suite.run(() => {
  for (let index = 0; index < count; index += 1) timers.push(setTimeout(() => {}, 1e8));
});
collect();
const watched = memoryUsage().heapUsed;

const us: number[] = [];
const bytes: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const before = memoryUsage().heapUsed;
  const from = performance.now();
  const scope = openScope({ name: 'test' });
  scope.findNow();
  scope.dispose();
  us.push((performance.now() - from) * 1000);
  bytes.push(memoryUsage().heapUsed - before);
}

// a failing test: every timer leaks within the scope, with a stack each at level full
const leaking = openScope({ name: 'leaking', level: 'full' });
const leaked = Math.min(count, 100_000);
leaking.run(() => {
  for (let index = 0; index < leaked; index += 1) timers.push(setTimeout(() => {}, 1e8));
});
const fromLeaks = performance.now();
const { leaks } = leaking.findNow();
const leaksMs = performance.now() - fromLeaks;
leaking.dispose();
for (const timer of timers) clearTimeout(timer);
timers.length = 0;

const clean: number[] = [];
for (let round = 0; round < 200; round += 1) {
  const from = performance.now();
  await find(async () => Promise.resolve(1));
  clean.push(performance.now() - from);
}
const sorted = (all: number[]): number[] => all.toSorted((a, b) => a - b);
const at = (all: number[], share: number): number => sorted(all)[Math.floor(all.length * share)] ?? 0;
process.stdout.write(
  JSON.stringify({
    count,
    p50: at(us, 0.5),
    p95: at(us, 0.95),
    // a collection in between makes a difference negative
    bytes: at(
      bytes.filter((each) => each > 0),
      0.5,
    ),
    perResource: (watched - bare) / count,
    leaked: leaks.reduce((sum, leak) => sum + leak.count, 0),
    leaksMs,
    cleanTestMs: at(clean, 0.5),
    cleanTestP95Ms: at(clean, 0.95),
  }),
);
process.exit();
