import type { Axis } from '../answer/adapter.ts';
import type { Sample } from '../select-programs.ts';

/** Detectors by name, where and how they are run. */
export interface Named {
  /** None for all. */
  readonly adapters: readonly string[];
  /** As `--runtime` names them; none for this Node, and Deno and Bun for what runs there. */
  readonly runtimes: readonly string[];
  readonly axes: readonly Axis[];
  readonly repeats: number;
  /** Default: all programs. */
  readonly sample?: Sample;
}

/** Three pairs of each family: what takes too long for all, always the same ones. */
const some: Sample = { pairs: 3, from: 0 };
/** Those that need no runner of their own, and the bundled one. */
const cheap = ['leaklab-light', 'process-report', 'active-resources'];

/** What the board shows. */
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
