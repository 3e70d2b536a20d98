/**
 * `npm run bench`: measures what watching costs, as a ratio to the same work unwatched. Each measurement runs in a
 * separate process; compared measurements take turns, so that a busy machine slows all of them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { $ } from 'zx';
import { projectRoot } from '../../lab/shared/project-root.ts';
import { nodeExecutable, nodeLines } from '../../lab/shared/project-releases.ts';
import { writeWhole } from '../../lab/shared/write-file.ts';
import { benchPage, type LookCost, type Ratio, type Results } from './bench-page.ts';
import type { WatcherName } from './watchers.ts';
import { workloads, type WorkloadName } from './workloads.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    page: { type: 'string' },
    only: { type: 'string' },
    node: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1)
  refuse(`--rounds ${JSON.stringify(values.rounds)} is not a whole number from 1 up`, '--rounds 5');
const names = Object.keys(workloads);
if (values.only !== undefined && !names.includes(values.only))
  refuse(`--only ${JSON.stringify(values.only)} is not measured`, `--only ${names.join('|')}`);
const line = Object.entries(nodeLines).find(([name]) => name === values.node);
if (values.node !== undefined && !line)
  refuse(`--node ${JSON.stringify(values.node)} is no Node line`, '--node 22|24|26');
const node = line ? await nodeExecutable(line[1]) : process.execPath;

function refuse(what: string, next: string): never {
  process.stderr.write(`bench: ${what}\nnext: npm run bench -- ${next}\n`);
  process.exit(2);
}

$.quiet = true;
$.cwd = projectRoot;
const vitest = join(projectRoot, 'node_modules', 'vitest', 'vitest.mjs');
const quiet = '--disable-warning=ExperimentalWarning';
const cheap: readonly WatcherName[] = [
  'empty async hook',
  'empty promise hook',
  'promise hook, taken off again',
  'leaklab counts',
  'leaklab light',
  'leaklab light, without awaits',
  'leaklab light, without awaits and listeners',
  'why-is-node-running',
  'wtfnode',
];

interface Series {
  readonly workload: WorkloadName;
  readonly size: number;
  readonly watchers: readonly WatcherName[];
  /** Measures vitest too, with its option on and off. */
  readonly vitest?: true;
}

const series: readonly Series[] = [
  { workload: 'awaits', size: 1_000_000, watchers: cheap },
  // a tenth of the awaits, because level full takes a stack for each promise
  { workload: 'awaits', size: 100_000, watchers: ['leaklab full'], vitest: true },
  { workload: 'timers', size: 100_000, watchers: [...cheap, 'leaklab full'], vitest: true },
  { workload: 'http', size: 20_000, watchers: [...cheap, 'leaklab full'], vitest: true },
  { workload: 'copy', size: 1024 ** 3, watchers: [...cheap, 'leaklab full'], vitest: true },
];

const ratios: Ratio[] = [];
for (const each of series)
  if (values.only === undefined || each.workload === values.only) ratios.push(...(await measure(each)));
const looks: LookCost[] = [];
if (values.only === undefined)
  for (const count of [10, 1000, 100_000, 1_000_000]) looks.push(await look(count));
const results: Results = {
  node: line ? `v${line[1]}` : process.version,
  machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
  rounds,
  ratios,
  looks,
  startMs: await startUp(),
};
const page = benchPage(results);
process.stdout.write(`${page}\n`);
if (values.page !== undefined) writeWhole(join(projectRoot, values.page), `${page}\n`);

async function measure({ workload, size, watchers, vitest }: Series): Promise<Ratio[]> {
  const ratios = new Map<string, number[]>();
  const note = (name: string, watched: number, bare: number): void =>
    void ratios.set(name, [...(ratios.get(name) ?? []), watched / bare]);
  for (let round = 0; round < rounds; round += 1) {
    for (const watcher of watchers)
      await inTurn(
        round,
        () => work(workload, size, 'none'),
        () => work(workload, size, watcher),
        (bare, watched) => note(watcher, watched, bare),
      );
    if (vitest)
      await inTurn(
        round,
        () => inVitest(workload, size, []),
        () => inVitest(workload, size, ['--detectAsyncLeaks']),
        (bare, watched) => note('vitest --detectAsyncLeaks', watched, bare),
      );
  }
  return [...ratios].map(([name, all]) => {
    const each = all.toSorted((a, b) => a - b);
    process.stderr.write(`${workload} ${size} ${name}: ${each.map((ratio) => ratio.toFixed(2)).join(' ')}\n`);
    return {
      workload,
      size,
      name,
      median: each[Math.floor(each.length / 2)] ?? Number.NaN,
      least: each[0] ?? Number.NaN,
      most: each.at(-1) ?? Number.NaN,
    };
  });
}

/** Runs both, in turns the one or the other first: the first run may be slower, or faster. */
async function inTurn(
  round: number,
  bare: () => Promise<number>,
  watched: () => Promise<number>,
  take: (bare: number, watched: number) => void,
): Promise<void> {
  if (round % 2 === 0) {
    const first = await bare();
    take(first, await watched());
  } else {
    const first = await watched();
    take(await bare(), first);
  }
}

/** @returns ms of CPU */
async function work(workload: WorkloadName, size: number, watcher: string): Promise<number> {
  const { stdout } = await $`${node} ${quiet} trials/bench/worker.ts ${workload} ${size} ${watcher}`;
  return (JSON.parse(stdout) as { cpu: number }).cpu;
}

async function inVitest(workload: WorkloadName, size: number, option: string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-bench-'));
  const result = join(folder, 'ms');
  const env = { ...process.env, BENCH_WORKLOAD: workload, BENCH_SIZE: String(size), BENCH_RESULT: result };
  try {
    await $({ env })`${node} ${vitest} run --config trials/bench/vitest.config.ts ${option}`;
    return Number(readFileSync(result, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function look(count: number): Promise<LookCost> {
  const { stdout } = await $`${node} ${quiet} --expose-gc trials/bench/looks.ts ${count}`;
  return JSON.parse(stdout) as LookCost;
}

/** Measures ms from the start of a process to its end, with and without the detector loaded. */
async function startUp(): Promise<{ readonly bare: number; readonly loaded: number }> {
  const bare: number[] = [];
  const loaded: number[] = [];
  const timed = async (args: string[]): Promise<number> => {
    const from = performance.now();
    await $`${node} ${quiet} ${args}`;
    return performance.now() - from;
  };
  for (let round = 0; round < rounds * 2; round += 1) {
    bare.push(await timed(['--import', 'data:text/javascript,', '--eval', '0']));
    loaded.push(await timed(['--import', './detector/index.ts', '--eval', '0']));
  }
  const median = (all: number[]): number => all.toSorted((a, b) => a - b)[rounds] ?? Number.NaN;
  return { bare: median(bare), loaded: median(loaded) };
}
