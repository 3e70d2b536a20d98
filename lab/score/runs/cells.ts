import { shareOf, type Shard } from '../../shared/shard.ts';
import type { Adapter, Axis, Runtime } from '../answer/adapter.ts';

/** Runtime on which programs run. */
export interface RuntimeHere {
  readonly name: Runtime;
  readonly version: string;
  readonly executable: string;
}

/** Returns the id of a runtime, such as `node-24.21.0`. */
export function runtimeId({ name, version }: RuntimeHere): string {
  return `${name}-${version}`;
}

/** Unit of work: a program under a detector, on a runtime, in a way, for the first or a further time. */
export interface Cell {
  readonly adapter: Adapter;
  readonly runtime: RuntimeHere;
  readonly axis: Axis;
  /** Number of the repeat, from 1. */
  readonly repeat: number;
  /** Path relative to the catalogue's root; `control` for the program that does nothing. */
  readonly program: string;
}

export const control = 'control';

export interface Wanted {
  readonly adapters: readonly Adapter[];
  readonly runtimes: readonly RuntimeHere[];
  readonly axes: readonly Axis[];
  readonly repeats: number;
  /** Paths relative to the catalogue's root. */
  readonly programs: readonly string[];
  readonly shard?: Shard;
}

/** Lists all cells, adapter by adapter; a shard has its share of the programs, and every control. */
export function cellsOf({ adapters, runtimes, axes, repeats, programs, shard }: Wanted): readonly Cell[] {
  const own = shareOf(programs, shard);
  return adapters.flatMap((adapter) => {
    const isStatic = adapter.way === 'static' || adapter.way === 'sarif';
    const where = runtimes.filter(({ name }) => (adapter.runtimes ?? ['node']).includes(name));
    return (isStatic ? where.slice(0, 1) : where).flatMap((runtime) =>
      axes.flatMap((axis) =>
        // static analysers run once, in one way
        isStatic && axis !== 'plain'
          ? []
          : Array.from({ length: isStatic ? 1 : repeats }, (_, index) =>
              [control, ...own].map((program) => ({ adapter, runtime, axis, repeat: index + 1, program })),
            ).flat(),
      ),
    );
  });
}
