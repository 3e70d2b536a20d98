import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startOutside, type Outside } from '../outside/outside.ts';
import { writeWhole } from '../shared/write-file.ts';
import type { Adapter } from './answer/adapter.ts';
import { bare } from './adapters/bare.ts';
import { runtimeId, type RuntimeHere } from './runs/cells.ts';
import { median } from './answer/metrics.ts';
import { rounded } from './answer/rate.ts';
import { runProgram } from './runs/run-program.ts';
import { isRunner, type Runner } from './runs/runner.ts';

interface CostOptions {
  readonly root: string;
  readonly work: string;
  readonly outside: Outside;
  readonly rounds: number;
  /** Absolute paths of clean programs: on most days a detector sees such. */
  readonly programs: readonly string[];
  readonly onRound?: (round: number) => void;
}

/** Number of measured fixes. */
const measured = 6;

/** Detector on a runtime. */
export interface DetectorHere {
  readonly adapter: Adapter;
  readonly runtime: RuntimeHere;
}

/**
 * Measures the time of programs under each detector as a multiple of their time alone, by {@link costKey}.
 *
 * @param fixes absolute paths of clean programs; some of them are taken
 * @param folder of the cache
 */
export async function measureCosts(
  detectors: readonly DetectorHere[],
  fixes: readonly string[],
  { root, folder, rounds }: { readonly root: string; readonly folder: string; readonly rounds: number },
): Promise<ReadonlyMap<string, number>> {
  const step = Math.max(1, Math.floor(fixes.length / measured));
  const work = join(folder, 'work', `cost-${process.pid}`);
  mkdirSync(work, { recursive: true });
  const outside = await startOutside();
  try {
    return await measureInTurn(detectors, {
      root,
      work,
      outside,
      rounds,
      programs: fixes.filter((_, index) => index % step === 0).slice(0, measured),
      onRound: (round) => process.stderr.write(`cost, round ${round} of ${rounds}\n`),
    });
  } finally {
    await outside.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * Measures the median of these multiples: all detectors in turn, one process at a time, round after round, so that
 * other load on the machine meets all of them.
 */
async function measureInTurn(
  pairs: readonly DetectorHere[],
  { root, work, outside, rounds, programs, onRound }: CostOptions,
): Promise<ReadonlyMap<string, number>> {
  const ratios = new Map<string, number[]>();
  const time = async (adapter: Runner, runtime: RuntimeHere, program: string): Promise<number> => {
    const settings = { root, work, runtime, axis: 'plain', neighbours: [], outside } as const;
    return (await runProgram(adapter, program, settings)).ms;
  };
  for (let round = 1; round <= rounds; round += 1) {
    onRound?.(round);
    for (const program of programs) {
      const alone = new Map<string, number>();
      for (const { adapter, runtime } of pairs) {
        if (!isRunner(adapter)) continue;
        const id = runtimeId(runtime);
        const base = alone.get(id) ?? (await time(bare(runtime), runtime, program));
        alone.set(id, base);
        const own = ratios.get(costKey(adapter.name, id)) ?? [];
        own.push((await time(adapter, runtime, program)) / base);
        ratios.set(costKey(adapter.name, id), own);
      }
    }
  }
  return new Map([...ratios].map(([key, own]) => [key, rounded(median(own) ?? 0)]));
}

export function costKey(adapter: string, runtime: string): string {
  return `${adapter} ${runtime}`;
}

/** Reads the last measurement, so that a board can be written again without another. */
export function readCosts(folder: string): Map<string, number> {
  const file = join(folder, 'cost.json');
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>));
}

export function writeCosts(folder: string, costs: ReadonlyMap<string, number>): void {
  const sorted = [...costs].toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeWhole(join(folder, 'cost.json'), `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
