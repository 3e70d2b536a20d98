import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { formatReport } from '../../detector/index.ts';
import { UsageError } from '../usage-error.ts';
import { writeWhole } from '../write-file.ts';
import { openBench, watchUnder, type Bench } from './bench.ts';
import { asUsual } from './conditions.ts';
import type { Exercise, Place } from './exercise.ts';
import { answersOf } from './exercise.ts';
import { gradeAnswer, originalLine, placesMarked, type Answer } from './find-phase.ts';
import {
  exerciseFolder,
  progressOf,
  resetExercise,
  save,
  sourcesIn,
  withProgress,
  type Workshop,
} from './folder.ts';
import { hintsFor } from './hints.ts';
import { judgeMend } from './judge-mend.ts';
import { referenceOf, runnableOf, type Reference } from './reference.ts';
import type { Judgement } from './judgement.ts';
import { mainFile, reportFile } from './layout.ts';
import { describeAnswer, describeJudgement, describeList, describePlace, wrapped } from './say.ts';
import { solutionOf } from './solution.ts';
import type { Progress } from './state-file.ts';
import type { Exercises } from './tracks.ts';

/** What a command gives: lines for people, an object for programs, and whether it holds. */
export interface Told {
  readonly lines: readonly string[];
  readonly json: object;
  readonly holds: boolean;
}

/** A learner's session: the folder, and what its exercises are made from. */
export interface Session {
  workshop: Workshop;
  readonly exercises: Exercises;
}

/** @throws UsageError if the catalogue no longer has it */
export function exerciseOf({ exercises }: Session, { key, name }: Progress): Exercise {
  const exercise = exercises.byKey(key);
  if (exercise) return exercise;
  throw new UsageError(
    `${name} was made from a program that the catalogue has no longer`,
    'npm run next goes on; what you wrote stays',
  );
}

function update(session: Session, progress: Progress): void {
  session.workshop = withProgress(session.workshop, progress);
  save(session.workshop);
}

export async function resume(session: Session): Promise<Told> {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  await writeReport(session, progress, exercise);
  const lines = describePlace(session.workshop, progress, exercise);
  return { lines, json: { version: 1, exercise: progress.name, phase: progress.phase }, holds: true };
}

/** @param name an exercise, by its name or its number; without one the next that is not done */
export async function next(session: Session, name?: string): Promise<Told> {
  const { state } = session.workshop;
  const at = state.exercises.findIndex((each) => each.name === state.current);
  const later = [...state.exercises.slice(at + 1), ...state.exercises.slice(0, at)];
  const chosen =
    name === undefined ? later.find(({ phase }) => phase !== 'done') : progressOf(session.workshop, name);
  if (!chosen) {
    const isOver = progressOf(session.workshop).phase === 'done';
    const lines = [isOver ? 'all are done' : 'this is the only one left', 'next: npm run list'];
    return { lines, json: { version: 1, exercise: state.current }, holds: true };
  }
  session.workshop = { ...session.workshop, state: { ...state, current: chosen.name } };
  save(session.workshop);
  return resume(session);
}

/** @param texts lines, `12` or `sell.ts:12` */
export async function find(session: Session, texts: readonly string[]): Promise<Told> {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  const sources = sourcesIn(exerciseFolder(session.workshop, progress), exercise);
  const places = texts.map((text) => {
    const { file, line } = placeOf(text, exercise);
    const start = exercise.parts.find((part) => part.file === file)?.start.source ?? '';
    return { file, line: originalLine(start, sources.get(file) ?? start, line) };
  });
  return answer(session, progress, exercise, places);
}

/** The line told, for no points: only when nothing else is left to be told. */
export function showAnswer(session: Session): Told {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  if (progress.phase === 'find' && progress.findHints < 3)
    throw new UsageError('there are hints left', 'npm run hint');
  const places = answersOf(exercise);
  const shown = places.map(({ file, line }) => `${file}:${line}`);
  if (progress.phase === 'find')
    update(session, { ...progress, phase: 'mend', misses: Math.max(progress.misses, 3) });
  return {
    lines: [shown.join(', '), 'next: mend it, then npm run check'],
    json: { version: 1, exercise: progress.name, places },
    holds: true,
  };
}

function answer(session: Session, progress: Progress, exercise: Exercise, places: readonly Place[]): Told {
  const given = gradeAnswer(exercise, places);
  let after = progress;
  if (progress.phase === 'find') {
    after = given.isFound ? { ...progress, phase: 'mend' } : { ...progress, misses: progress.misses + 1 };
    update(session, after);
  }
  return {
    lines: describeAnswer(given, after, exercise.kind),
    json: answerJson(progress.name, given),
    holds: given.isFound,
  };
}

function answerJson(exercise: string, { isFound, places }: Answer): object {
  return { version: 1, exercise, phase: 'find', verdict: isFound ? 'pass' : 'fail', places };
}

function placeOf(text: string, { kind, parts }: Exercise): Place {
  const [, named, digits] = /^(?:(?:.*\/)?([\w.-]+\.ts):)?(\d{1,5})$/.exec(text) ?? [];
  const file = named ?? (kind === 'incident' ? undefined : mainFile);
  if (digits === undefined || file === undefined || !parts.some((part) => part.file === file)) {
    throw new UsageError(
      `${JSON.stringify(text)} names no line of this exercise`,
      kind === 'incident'
        ? `npm run find -- ${parts.map((part) => `${part.file}:12`).join(' ')}, those of them that leak`
        : 'npm run find -- 12',
    );
  }
  return { file, line: Number(digits) };
}

/** Judges the exercise at hand, by its phase. */
export async function check(session: Session, bench: Checking): Promise<Told> {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  const folder = exerciseFolder(session.workshop, progress);
  const sources = sourcesIn(folder, exercise);
  if (progress.phase === 'find') {
    const places = exercise.parts.flatMap(({ file, start }) =>
      placesMarked(file, start.source, sources.get(file) ?? ''),
    );
    if (places.length > 0) return answer(session, progress, exercise, places);
    return {
      lines: [
        'this one is to be found first',
        'next: write // HERE at the end of the line and save, or npm run find -- 12',
      ],
      json: { version: 1, exercise: progress.name, phase: 'find', verdict: 'fail', places: [] },
      holds: false,
    };
  }
  const reference = await bench.referenceOf(exercise);
  const attempt = { file: join(folder, mainFile), sources };
  const judgement = await judgeMend(exercise, attempt, reference, bench.bench);
  const after = passedOrFailed(progress, judgement);
  // it may have been reset, or another chosen, while this was running
  const { phase } = progressOf(session.workshop, progress.name);
  if (phase === progress.phase) update(session, after);
  return {
    lines: describeJudgement(judgement, after),
    json: { ...judgement, exercise: progress.name, phase: 'mend' },
    holds: judgement.verdict === 'pass',
  };
}

function passedOrFailed(progress: Progress, { verdict, looksLike }: Judgement): Progress {
  if (verdict === 'pass') return { ...progress, phase: 'done' };
  // what was passed once stays passed; a look at what was handed out is no try
  if (progress.phase === 'done' || looksLike === 'unchanged') return progress;
  return { ...progress, fails: progress.fails + 1 };
}

/** What checks share: a bench, and references that were measured once. */
export class Checking {
  readonly bench: Bench;
  readonly #references = new Map<string, Promise<Reference>>();

  private constructor(bench: Bench) {
    this.bench = bench;
  }

  static async open(): Promise<Checking> {
    return new Checking(await openBench());
  }

  referenceOf(exercise: Exercise): Promise<Reference> {
    const known = this.#references.get(exercise.key) ?? referenceOf(exercise, this.bench);
    this.#references.set(exercise.key, known);
    return known;
  }

  close(): Promise<void> {
    return this.bench.close();
  }
}

export function hint(session: Session): Told {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  const phase = progress.phase === 'find' ? 'find' : 'mend';
  const hints = hintsFor(exercise, phase);
  const field = phase === 'find' ? 'findHints' : 'mendHints';
  const given = progress[field];
  const count = Math.min(3, given + 1);
  if (progress.phase !== 'done' && count > given) update(session, { ...progress, [field]: count });
  const shown = progress.phase === 'done' ? hints : hints.slice(0, count);
  const costs = phase === 'find' && count > given ? '; it costs a point' : '';
  return {
    lines: shown.flatMap((text, index) => [
      `hint ${index + 1} of 3${index === given ? costs : ''}`,
      ...wrapped(text, '  '),
    ]),
    json: { version: 1, exercise: progress.name, phase, hints: shown },
    holds: true,
  };
}

/** @param isSure asked already; else it is asked on the terminal */
export async function reset(session: Session, name: string | undefined, isSure: boolean): Promise<Told> {
  const progress = progressOf(session.workshop, name);
  const exercise = exerciseOf(session, progress);
  const isAgreed =
    isSure ||
    (await agreed(`put ${progress.name} back as it was handed out? A copy of yours is kept. [y/N] `));
  if (!isAgreed) {
    return {
      lines: ['nothing was changed'],
      json: { version: 1, exercise: progress.name, copy: null },
      holds: false,
    };
  }
  const copy = relative(process.cwd(), resetExercise(exerciseFolder(session.workshop, progress), exercise));
  // where it leaks has been found, and stays found
  if (progress.phase === 'done') update(session, { ...progress, phase: 'mend' });
  return {
    lines: [`${progress.name} is as it was handed out; yours is in ${copy}`],
    json: { version: 1, exercise: progress.name, copy },
    holds: true,
  };
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError('nobody is there to be asked', 'npm run reset -- --yes does it without asking');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}

export function solution(session: Session, name?: string): Told {
  const progress = progressOf(session.workshop, name);
  const exercise = exerciseOf(session, progress);
  if (session.workshop.state.solutions === 'hidden')
    throw new UsageError('solutions are hidden in this workshop', 'ask whoever set it up');
  if (progress.phase !== 'done')
    throw new UsageError(`${progress.name} has not passed yet`, 'npm run check, or npm run hint');
  const lines = solutionOf(exercise);
  return { lines, json: { version: 1, exercise: progress.name, lines }, holds: true };
}

export function list({ workshop }: Session): Told {
  const { track, current, exercises } = workshop.state;
  return {
    lines: describeList(workshop),
    json: {
      version: 1,
      track,
      current,
      exercises: exercises.map(({ others: _others, key: _key, ...rest }) => rest),
    },
    holds: true,
  };
}

/** An exercise of the detective begins with a report; it is made when it is first needed. */
async function writeReport({ workshop }: Session, progress: Progress, exercise: Exercise): Promise<void> {
  const folder = exerciseFolder(workshop, progress);
  const file = join(folder, reportFile);
  if (exercise.kind !== 'report' || existsSync(file)) return;
  const bench = await openBench();
  try {
    const runnable = runnableOf(exercise, join(folder, mainFile));
    const { answer: watched } = await watchUnder(runnable, asUsual, bench);
    const text = formatReport(watched.report, { width: 80 });
    // paths as the learner sees them, whichever folder the command was given in
    const here = relative(process.cwd(), folder);
    writeWhole(
      file,
      `${text.replaceAll(`${folder}/`, '').replaceAll(here === '' ? '\0' : `${here}/`, '')}\n`,
    );
  } finally {
    await bench.close();
  }
}
