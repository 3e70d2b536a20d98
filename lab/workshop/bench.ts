import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../detector/index.ts';
import { linkPackages } from '../catalogue/link-packages.ts';
import type { Answer } from '../measure/messages.ts';
import { sandboxFor } from '../measure/sandbox.ts';
import { watchProgram } from '../measure/watch-program.ts';
import { measure } from '../oracle/measure.ts';
import { nodeRuntime } from '../oracle/runtime.ts';
import type { Reading } from '../oracle/reading.ts';
import type { Measured } from '../oracle/verdict.ts';
import { startOutside, type Outside } from '../outside/outside.ts';
import type { Question } from '../outside/messages.ts';
import type { Condition } from './conditions.ts';
import { exercisesFolder, mainFile } from './layout.ts';

/** Where programs are run and measured; nothing of theirs outlives {@link Bench.close}. */
export interface Bench {
  readonly outside: Outside;
  /** Of this bench alone. */
  readonly folder: string;
  /** How long a run may take, in ms. */
  readonly patience: number;
  close(): Promise<void>;
}

/** One run of a program under the detector. */
export interface Watched {
  readonly answer: Answer;
  /** What it had others do, `visit /quotes leaves`, each once. */
  readonly asked: ReadonlySet<string>;
}

/** A program to be run, with the source that says what it may need. */
export interface Runnable {
  /** Absolute path. */
  readonly file: string;
  /** All that it was made from, as one text; by it the sandbox is cut. */
  readonly original: string;
  /** Whether its leak only shows when it is run again and again. */
  readonly isSeenLater: boolean;
}

const usualPatience = 10_000;
/** With a fault it either ends soon or waits for ever, and most wait. */
const patienceWithFault = 4000;
const budget = 1000;
/** Looking for memory that grows takes a second of work, and on a busy machine many times that. */
const grace = 60_000;

/** @throws if the process outside can't be started */
export async function openBench(patience = usualPatience): Promise<Bench> {
  const outside = await startOutside();
  const folder = mkdtempSync(join(tmpdir(), 'leaklab-workshop-'));
  linkPackages(folder);
  return {
    outside,
    folder,
    patience,
    close: async () => {
      await outside.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Runs a program under the detector, in a sandbox; once more if a busy machine has let it wait too long. */
export async function watchUnder(runnable: Runnable, condition: Condition, bench: Bench): Promise<Watched> {
  const watched = await watchOnce(runnable, condition, bench);
  const { ending } = watched.answer;
  const isStarved = ending.how === 'lost' && ending.reason.includes('neither ended nor answered');
  return isStarved ? watchOnce(runnable, condition, bench) : watched;
}

async function watchOnce(
  { file, original, isSeenLater }: Runnable,
  condition: Condition,
  bench: Bench,
): Promise<Watched> {
  const desk = await bench.outside.openEndpoints({ postgres: /\blab\.postgres\b/.test(original) });
  const own = mkdtempSync(join(bench.folder, 'run-'));
  const asked = new Set<string>();
  const ask = (question: Question): ReturnType<typeof desk.ask> => {
    if (question.ask === 'visit') asked.add(visited(question));
    return desk.ask(condition.ask?.(question) ?? question);
  };
  try {
    const usual = { addresses: desk.addresses, scratch: own };
    const lab = condition.change?.(usual) ?? usual;
    const isUsual = lab === usual && condition.ask === undefined;
    const job = {
      file,
      lab,
      patience: isUsual ? bench.patience : patienceWithFault,
      budget,
      repeats: isUsual && isSeenLater,
    };
    const answer = await watchProgram(job, {
      output: 'drop',
      endpoints: { ...desk, ask },
      grace,
      sandbox: sandboxFor(original, own),
    });
    return { answer: { ...answer, report: withoutLessons(answer.report) }, asked };
  } finally {
    await desk.close();
  }
}

/** Measures a program without the detector, in a sandbox. */
export function measureOn(
  { file, original }: Omit<Runnable, 'isSeenLater'>,
  bench: Bench,
  onReading?: (reading: Reading) => void,
): Promise<Measured> {
  return measure(file, {
    runtime: nodeRuntime(),
    outside: bench.outside,
    limit: bench.patience,
    sandbox: (folder) => sandboxFor(original, folder),
    ...(onReading && { onReading }),
  });
}

/** Writes a program's files in a folder of the bench, laid out as a learner's is; gives the file to run. */
export function layOut(files: ReadonlyMap<string, string>, bench: Bench): string {
  mkdirSync(join(bench.folder, exercisesFolder), { recursive: true });
  const folder = mkdtempSync(join(bench.folder, exercisesFolder, 'program-'));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return join(folder, mainFile);
}

/** Without the port and the folder, which are others in each run. */
function visited({ url, manner }: Extract<Question, { readonly ask: 'visit' }>): string {
  const [, scheme = '', path = ''] = /^(\w+):\/\/[^/]*(.*)$/.exec(url) ?? [];
  return `visit ${scheme}${scheme === 'unix' ? '' : path} ${manner}`;
}

/** The catalogue is what an exercise is made from: its lessons would say what to do. */
export function withoutLessons(report: Report): Report {
  return {
    ...report,
    leaks: report.leaks.map((finding) => {
      const { lesson: _lesson, advice: _advice, ...rest } = finding;
      return rest;
    }),
  };
}
