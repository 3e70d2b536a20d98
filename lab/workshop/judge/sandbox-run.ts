import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../../detector/index.ts';
import { linkPackages } from '../../catalogue/link-packages.ts';
import type { Answer } from '../../watched/messages.ts';
import { sandboxFor } from '../../watched/sandbox.ts';
import { graceAmongMany, watchProgram } from '../../watched/watch-program.ts';
import { measure } from '../../oracle/measure.ts';
import { nodeRuntime } from '../../oracle/runtime.ts';
import type { Reading } from '../../oracle/reading.ts';
import type { Measured } from '../../oracle/verdict.ts';
import { startOutside, type Outside } from '../../outside/outside.ts';
import type { Question } from '../../outside/messages.ts';
import type { Condition } from './conditions.ts';
import { exercisesFolder, mainFile } from '../exercise/layout.ts';

/** A folder and a network where programs run; nothing of theirs outlives {@link Sandbox.close}. */
export interface Sandbox {
  readonly outside: Outside;
  readonly folder: string;
  /** The limit of a run in ms. */
  readonly patience: number;
  close(): Promise<void>;
}

/** A run of a program under the detector. */
export interface Watched {
  readonly answer: Answer;
  /** Requests that it had others make, such as `visit http/quotes leaves`. */
  readonly asked: ReadonlySet<string>;
}

/** A program that can be run. */
export interface Runnable {
  /** Absolute path. */
  readonly file: string;
  /** The sources that it was made from; they decide what it may do. */
  readonly original: string;
  /** True if the leak shows only in further runs. */
  readonly isSeenLater: boolean;
}

const usualPatience = 10_000;
/** Shorter than usual: under a fault a program ends soon or never. */
const patienceWithFault = 4000;
const budget = 1000;

/** Opens a sandbox. @throws if the process outside can't be started */
export async function openSandbox(patience = usualPatience): Promise<Sandbox> {
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

/** Runs a program under the detector, a second time if the machine was too busy to answer. */
export async function watchUnder(
  runnable: Runnable,
  condition: Condition,
  sandbox: Sandbox,
): Promise<Watched> {
  const watched = await watchOnce(runnable, condition, sandbox);
  const { ending } = watched.answer;
  const isStarved = ending.how === 'lost' && ending.reason.includes('neither ended nor answered');
  return isStarved ? watchOnce(runnable, condition, sandbox) : watched;
}

async function watchOnce(
  { file, original, isSeenLater }: Runnable,
  condition: Condition,
  sandbox: Sandbox,
): Promise<Watched> {
  const endpoints = await sandbox.outside.openEndpoints({ postgres: /\blab\.postgres\b/.test(original) });
  const own = mkdtempSync(join(sandbox.folder, 'run-'));
  const asked = new Set<string>();
  const ask = (question: Question): ReturnType<typeof endpoints.ask> => {
    if (question.ask === 'visit') asked.add(visited(question));
    return endpoints.ask(condition.ask?.(question) ?? question);
  };
  try {
    const usual = { addresses: endpoints.addresses, scratch: own };
    const lab = condition.change?.(usual) ?? usual;
    const isUsual = lab === usual && condition.ask === undefined;
    const job = {
      file,
      lab,
      patience: isUsual ? sandbox.patience : patienceWithFault,
      budget,
      repeats: isUsual && isSeenLater,
    };
    const answer = await watchProgram(job, {
      output: 'drop',
      endpoints: { ...endpoints, ask },
      grace: graceAmongMany,
      sandbox: sandboxFor(original, own),
    });
    return { answer: { ...answer, report: withoutLessons(answer.report) }, asked };
  } finally {
    await endpoints.close();
  }
}

/** Measures a program without the detector. */
export function measureOn(
  { file, original }: Omit<Runnable, 'isSeenLater'>,
  sandbox: Sandbox,
  onReading?: (reading: Reading) => void,
): Promise<Measured> {
  return measure(file, {
    runtime: nodeRuntime(),
    outside: sandbox.outside,
    limit: sandbox.patience,
    sandbox: (folder) => sandboxFor(original, folder),
    ...(onReading && { onReading }),
  });
}

/** Writes a program's files into the sandbox, and returns the file to run. */
export function layOut(files: ReadonlyMap<string, string>, sandbox: Sandbox): string {
  mkdirSync(join(sandbox.folder, exercisesFolder), { recursive: true });
  const folder = mkdtempSync(join(sandbox.folder, exercisesFolder, 'program-'));
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  return join(folder, mainFile);
}

/** Names a visit without its port and folder, which differ from run to run. */
function visited({ url, manner }: Extract<Question, { readonly ask: 'visit' }>): string {
  const [, scheme = '', path = ''] = /^(\w+):\/\/[^/]*(.*)$/.exec(url) ?? [];
  return `visit ${scheme}${scheme === 'unix' ? '' : path} ${manner}`;
}

/** Removes the lessons from a report: they are the solutions of the exercises. */
export function withoutLessons(report: Report): Report {
  return {
    ...report,
    leaks: report.leaks.map((finding) => {
      const { lesson: _lesson, advice: _advice, ...rest } = finding;
      return rest;
    }),
  };
}
