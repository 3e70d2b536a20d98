import type { Axis } from '../answer/adapter.ts';
import type { Sample } from '../select-programs.ts';

/** Detectors by name, with the runtimes and ways to run them. */
export interface Named {
  /** Names of adapters; empty for all. */
  readonly adapters: readonly string[];
  /** Names as for `--runtime`; empty for this Node, and for Deno and Bun where an adapter runs there. */
  readonly runtimes: readonly string[];
  readonly axes: readonly Axis[];
  readonly repeats: number;
  /** Sample of the programs; default all. */
  readonly sample?: Sample;
}

/** Three pairs of each family, always the same, where all would take too long. */
const some: Sample = { pairs: 3, from: 0 };
/** Detectors that need no runner, and the bundled one. */
const cheap = ['leaklab-light', 'process-report', 'active-resources'];

/** Plan of the board. */
export const boardPlan: readonly Named[] = [
  { adapters: [], runtimes: [], axes: ['plain'], repeats: 1 },
  { adapters: [...cheap, 'why-is-node-running'], runtimes: ['22', '26'], axes: ['plain'], repeats: 1 },
  {
    adapters: cheap,
    runtimes: ['node'],
    axes: ['await-first', 'callback', 'several'],
    repeats: 1,
    sample: some,
  },
  { adapters: cheap, runtimes: ['node'], axes: ['plain'], repeats: 3, sample: some },
];
