import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../catalogue/catalogue.ts';
import { strippedSource } from '../watched/given-source.ts';
import { graceAmongMany, watchProgram } from '../watched/watch-program.ts';
import { openEndpointsFor } from '../outside/desk-for.ts';
import { startOutside, type Outside } from '../outside/outside.ts';
import { compareOutcomes, judge, type Judgement } from './judge.ts';

export interface RunOptions {
  /** The Node to run the programs with; default the current one. */
  readonly node?: string;
  readonly onJudged: (judgement: Judgement, done: number) => void;
}

/** Processes per core: programs wait more than they work, so more of them keep each core busy. */
const processesPerCore = 3;
const patience = 10_000;
const budget = 1000;

/**
 * Runs each program under the detector in a separate process, and judges the reports in the given order.
 *
 * A pair is judged at the cheapest level that sees its leak. If a run of the pattern leaks something visible, one run
 * of its fix is enough. If it leaks nothing, or only memory, its fix, its wrong fixes and the decoys of its family run
 * again and again too.
 */
export async function runPrograms(programs: readonly Program[], options: RunOptions): Promise<Judgement[]> {
  const outside = await startOutside();
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-'));
  const judgements = new Map<Program, Judgement>();
  const judgeAll = async (
    some: readonly Program[],
    repeats: (program: Program) => boolean,
  ): Promise<void> => {
    const waiting = [...some];
    const work = async (): Promise<void> => {
      for (let program = waiting.shift(); program; program = waiting.shift()) {
        const judgement = await runProgram(program, outside, folder, {
          ...options,
          repeats: repeats(program),
        });
        judgements.set(program, judgement);
        options.onJudged(judgement, judgements.size);
      }
    };
    await Promise.all(Array.from({ length: availableParallelism() * processesPerCore }, work));
  };
  try {
    const { patterns = [], others = [] } = Object.groupBy(programs, ({ role }) =>
      role === 'pattern' ? 'patterns' : 'others',
    );
    await judgeAll(patterns, () => true);
    const seenLater = [...judgements.values()]
      .filter(({ found }) => found.every(({ kind }) => kind === 'memory'))
      .map(({ program }) => program);
    const ids = new Set(seenLater.map(({ id }) => id));
    const seenAtOnce = new Set(patterns.map(({ id }) => id)).difference(ids);
    const looksLikeOne = (program: Program): boolean =>
      seenLater.length + seenAtOnce.size === 0 || seenLater.some(({ family }) => family === program.family);
    await judgeAll(others, (program) =>
      program.role === 'decoy' ? looksLikeOne(program) : !seenAtOnce.has(program.id),
    );
  } finally {
    await outside.close();
    await rm(folder, { recursive: true, force: true });
  }
  return compareOutcomes(programs.flatMap((program) => judgements.get(program) ?? []));
}

async function runProgram(
  program: Program,
  outside: Outside,
  folder: string,
  { node, repeats }: RunOptions & { readonly repeats: boolean },
): Promise<Judgement> {
  const started = performance.now();
  const { file } = program;
  const endpoints = await openEndpointsFor(file, outside);
  try {
    const scratch = await mkdtemp(join(folder, 'run-'));
    const lab = { addresses: endpoints.addresses, scratch };
    const answer = await watchProgram(
      { file, source: strippedSource(file), lab, patience, budget, repeats },
      { output: 'drop', endpoints, grace: graceAmongMany, ...(node !== undefined && { node }) },
    );
    return judge(program, answer, Math.round(performance.now() - started));
  } finally {
    await endpoints.close();
  }
}
