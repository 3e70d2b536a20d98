import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outside } from '../outside/outside.ts';
import { writeWhole } from '../write-file.ts';
import type { Adapter } from './adapter.ts';
import { runtimeId, type RuntimeHere } from './cells.ts';
import { median } from './metrics.ts';
import { rounded } from './rate.ts';
import { isRunner, runProgram, type Runner } from './run-program.ts';

export interface CostOptions {
  readonly root: string;
  readonly work: string;
  readonly outside: Outside;
  readonly rounds: number;
  /** Programs that leave nothing, absolute paths: what a detector costs on most days. */
  readonly programs: readonly string[];
  /** The program alone, by runtime. */
  readonly bare: (runtime: RuntimeHere) => Runner;
  readonly onRound?: (round: number) => void;
}

/**
 * How many times longer the programs take under each detector than alone: all detectors in turn, one process at a
 * time, round after round, so that what else the machine does meets all of them; the median of the ratios.
 */
export async function measureCost(
  pairs: readonly { readonly adapter: Adapter; readonly runtime: RuntimeHere }[],
  { root, work, outside, rounds, programs, bare, onRound }: CostOptions,
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

/** What was measured last, so that a board can be made again without it. */
export function readCosts(folder: string): Map<string, number> {
  const file = join(folder, 'cost.json');
  if (!existsSync(file)) return new Map();
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>));
}

export function writeCosts(folder: string, costs: ReadonlyMap<string, number>): void {
  const sorted = [...costs].toSorted(([a], [b]) => (a < b ? -1 : 1));
  writeWhole(join(folder, 'cost.json'), `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
}
