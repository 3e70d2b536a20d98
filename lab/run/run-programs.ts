import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../catalogue/catalogue.ts';
import { watchProgram } from '../measure/watch-program.ts';
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

/** Runs each program under the detector in a process of its own, and judges what came out; in the given order. */
export async function runPrograms(programs: readonly Program[], options: RunOptions): Promise<Judgement[]> {
  const outside = await startOutside();
  const folder = await mkdtemp(join(tmpdir(), 'leaklab-'));
  const judgements: Judgement[] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < programs.length; index = next++) {
      const program = programs[index];
      if (!program) return;
      const judgement = await runProgram(program, outside, folder, options);
      judgements[index] = judgement;
      done += 1;
      options.onJudged(judgement, done);
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() * processesPerCore }, work));
  } finally {
    await outside.close();
    await rm(folder, { recursive: true, force: true });
  }
  return compareOutcomes(judgements);
}

async function runProgram(
  program: Program,
  outside: Outside,
  folder: string,
  { node }: RunOptions,
): Promise<Judgement> {
  const started = performance.now();
  const desk = await outside.openDesk();
  try {
    const scratch = await mkdtemp(join(folder, 'run-'));
    const lab = { addresses: desk.addresses, scratch };
    const answer = await watchProgram(
      { file: program.file, lab, patience, budget },
      { output: 'drop', desk, ...(node !== undefined && { node }) },
    );
    return judge(program, answer, Math.round(performance.now() - started));
  } finally {
    await desk.close();
  }
}
