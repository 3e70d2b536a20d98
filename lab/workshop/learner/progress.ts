import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { formatReport } from '../../../detector/index.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { openSandbox, watchUnder } from '../judge/sandbox-run.ts';
import { asUsual } from '../judge/conditions.ts';
import type { Exercise } from '../exercise/exercise.ts';
import { exerciseFolder, progressOf, save } from './folder.ts';
import { mainFile, reportFile } from '../exercise/layout.ts';
import { runnableOf } from '../judge/reference.ts';
import { describeList, describePlace } from './messages.ts';
import { exerciseOf, type Session, type Reply } from './session.ts';
import type { Progress } from './state-file.ts';

/** Shows the current exercise and its next step. */
export async function resume(session: Session): Promise<Reply> {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  await writeReport(session, progress, exercise);
  const lines = describePlace(session.workshop, progress, exercise);
  return { lines, json: { version: 1, exercise: progress.name, phase: progress.phase }, holds: true };
}

/**
 * Goes on to another exercise.
 *
 * @param name its name or number; by default the next that is not done
 */
export async function next(session: Session, name?: string): Promise<Reply> {
  const { state } = session.workshop;
  const at = state.exercises.findIndex((each) => each.name === state.current);
  const later = [...state.exercises.slice(at + 1), ...state.exercises.slice(0, at)];
  const chosen =
    name === undefined ? later.find(({ phase }) => phase !== 'done') : progressOf(session.workshop, name);
  if (!chosen) {
    const isOver = progressOf(session.workshop).phase === 'done';
    const lines = [
      isOver ? 'all exercises are done' : 'this is the only exercise to do',
      'next: npm run list',
    ];
    return { lines, json: { version: 1, exercise: state.current }, holds: true };
  }
  session.workshop = { ...session.workshop, state: { ...state, current: chosen.name } };
  save(session.workshop);
  return resume(session);
}

/** Lists all exercises with their progress. */
export function list({ workshop }: Session): Reply {
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

/** Writes the report that an exercise begins with, when it is first needed. */
async function writeReport({ workshop }: Session, progress: Progress, exercise: Exercise): Promise<void> {
  const folder = exerciseFolder(workshop, progress);
  const file = join(folder, reportFile);
  if (exercise.kind !== 'report' || existsSync(file)) return;
  const sandbox = await openSandbox();
  try {
    const runnable = runnableOf(exercise, join(folder, mainFile));
    const { answer: watched } = await watchUnder(runnable, asUsual, sandbox);
    const text = formatReport(watched.report, { width: 80 });
    // paths as the learner sees them, whichever folder the command was given in
    const here = relative(process.cwd(), folder);
    writeWhole(
      file,
      `${text.replaceAll(`${folder}/`, '').replaceAll(here === '' ? '\0' : `${here}/`, '')}\n`,
    );
  } finally {
    await sandbox.close();
  }
}
