import { relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { UsageError } from '../../shared/usage-error.ts';
import { exerciseFolder, progressOf, resetExercise } from './folder.ts';
import { hintsFor } from '../exercise/hints.ts';
import { wrapped } from './messages.ts';
import { exerciseOf, update, type Session, type Reply } from './session.ts';
import { solutionOf } from './solution.ts';

/** Gives the next hint of the current phase, and those before it. */
export function hint(session: Session): Reply {
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

/** Shows one way to fix an exercise that has passed. */
export function solution(session: Session, name?: string): Reply {
  const progress = progressOf(session.workshop, name);
  const exercise = exerciseOf(session, progress);
  if (session.workshop.state.solutions === 'hidden')
    throw new UsageError('solutions are hidden in this workshop', 'ask the teacher');
  if (progress.phase !== 'done')
    throw new UsageError(`${progress.name} has not passed yet`, 'npm run check, or npm run hint');
  const lines = solutionOf(exercise);
  return { lines, json: { version: 1, exercise: progress.name, lines }, holds: true };
}

/**
 * Restores an exercise as it was handed out.
 *
 * @param isSure skips the question on the terminal
 */
export async function reset(session: Session, name: string | undefined, isSure: boolean): Promise<Reply> {
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
  // a leak that was found stays found
  if (progress.phase === 'done') update(session, { ...progress, phase: 'fix' });
  return {
    lines: [`${progress.name} is as it was handed out; yours is in ${copy}`],
    json: { version: 1, exercise: progress.name, copy },
    holds: true,
  };
}

async function agreed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new UsageError('reset asks first, which needs a terminal', 'npm run reset -- --yes does not ask');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}
