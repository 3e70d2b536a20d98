import { relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../usage-error.ts';
import { exerciseFolder, progressOf, resetExercise } from './folder.ts';
import { hintsFor } from './hints.ts';
import { wrapped } from './say.ts';
import { exerciseOf, update, type Session, type Told } from './session.ts';
import { solutionOf } from './solution.ts';

export function hint(session: Session): Told {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  const phase = progress.phase === 'find' ? 'find' : 'fix';
  const hints = hintsFor(exercise, phase);
  const field = phase === 'find' ? 'findHints' : 'fixHints';
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
  if (progress.phase === 'done') update(session, { ...progress, phase: 'fix' });
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
