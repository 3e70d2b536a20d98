import { loadavg } from 'node:os';
import { $ } from 'zx';
import { median } from '../../lab/score/answer/metrics.ts';
import { suiteFiles } from './suites.ts';
import type { Trial } from './trial.ts';
import { project } from './try-runner.ts';

/** Number of tests in the suite. */
export const manyTests = 2000;
const files = 10;

/** Seconds that a suite took, by the clock and by the processors, in all its processes. */
export interface Taken {
  readonly clock: number;
  readonly cpu: number;
}

/** Cost that leaklab adds to a suite of {@link manyTests} trivial tests. */
export interface RunnerCost {
  readonly name: string;
  /** `2026-11-25`. */
  readonly date: string;
  readonly rounds: number;
  /** Load average of a minute: the processes that wanted a processor. */
  readonly load: readonly [before: number, after: number];
  /** Medians of the rounds. */
  readonly bare: Taken;
  readonly watched: Taken;
  /** ms for each test: the median of the differences of the rounds, the least and the most. */
  readonly added: readonly [median: number, least: number, most: number];
  readonly addedCpu: readonly [median: number, least: number, most: number];
}

export interface Costs {
  readonly node: string;
  readonly machine: string;
  readonly runners: readonly RunnerCost[];
}

/**
 * Runs a suite of trivial tests without leaklab and with it, in turns.
 *
 * @param home a folder with the package and the runner installed
 */
export async function runnerCost(
  trial: Trial,
  node: string,
  home: string,
  rounds: number,
): Promise<RunnerCost> {
  const bare: Taken[] = [];
  const watched: Taken[] = [];
  const before = loadNow();
  for (let round = 0; round < rounds; round += 1) {
    bare.push(await take(trial, node, home, false));
    watched.push(await take(trial, node, home, true));
  }
  const added = (of: keyof Taken): readonly [number, number, number] => {
    const each = watched.map((taken, round) => ((taken[of] - (bare[round]?.[of] ?? 0)) * 1000) / manyTests);
    return [median(each) ?? 0, Math.min(...each), Math.max(...each)];
  };
  return {
    name: trial.name,
    date: new Date().toISOString().slice(0, 10),
    rounds,
    load: [before, loadNow()],
    bare: middle(bare),
    watched: middle(watched),
    added: added('clock'),
    addedCpu: added('cpu'),
  };
}

function middle(taken: readonly Taken[]): Taken {
  const of = (part: keyof Taken): number => median(taken.map((each) => each[part])) ?? 0;
  return { clock: of('clock'), cpu: of('cpu') };
}

async function take(trial: Trial, node: string, home: string, isWatched: boolean): Promise<Taken> {
  const names = Array.from({ length: files }, (_, index) => `many-${index + 1}.test.js`);
  const { 'runner.js': runner = '' } = suiteFiles('clean', { ...trial, files: [] });
  const { 'stock.test.js': stock = '' } = suiteFiles('clean', { ...trial, files: ['stock.test.js'] });
  const [first = ''] = stock.split('\n');
  const text = `${first}
describe('many', () => {
  for (let index = 0; index < ${manyTests / files}; index += 1) it('is trivial ' + index, () => {});
});
`;
  const folder = project(trial, home, isWatched ? 'many' : 'many-bare', {
    ...Object.fromEntries(names.map((name) => [name, text])),
    'runner.js': runner,
    ...trial.config(isWatched),
  });
  const started = performance.now();
  // the shell knows the time of all processes
  const script = '"$@" > output 2>&1 || { cat output; exit 1; }; times';
  const { stdout } = await $({
    cwd: folder,
    quiet: true,
  })`sh -c ${script} sh ${node} ${trial.args(names, isWatched)}`;
  const clock = (performance.now() - started) / 1000;
  const cpu = [...(stdout.trim().split('\n').at(-1) ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
    .reduce((sum, each) => sum + each, 0);
  return { clock, cpu };
}

function loadNow(): number {
  return Math.round((loadavg()[0] ?? 0) * 10) / 10;
}
