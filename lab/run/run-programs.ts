import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../catalogue/catalogue.ts';
import { strippedSource } from '../watched/given-source.ts';
import { watchProgram } from '../watched/watch-program.ts';
import { openEndpointsFor } from '../outside/desk-for.ts';
import { startOutside, type Outside } from '../outside/outside.ts';
import { compareOutcomes, judge, type Judgement } from './judge.ts';

export interface RunOptions {
  /** The Node to run them with; default this one. */
  readonly node?: string;
  readonly onJudged: (judgement: Judgement, done: number) => void;
}

/** Programs wait more than they work: more of them than cores, and no core is idle. */
const processesPerCore = 3;
const patience = 10_000;
const budget = 1000;

/**
 * Runs each program under the detector in a process of its own, and judges what came out; in the given order.
 *
 * A pair is judged at the cheapest level that sees its leak: where a pattern leaves something that can be seen at
 * once, so would its fix. Where it leaves nothing, or memory alone, its fix and its wrong fixes are run again and
 * again as well, and so are the decoys of its family.
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
      { output: 'drop', endpoints, ...(node !== undefined && { node }) },
    );
    return judge(program, answer, Math.round(performance.now() - started));
  } finally {
    await endpoints.close();
  }
}
