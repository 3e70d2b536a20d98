import { UsageError } from '../../shared/usage-error.ts';
import { answersOf, type Exercise, type Place } from '../exercise/exercise.ts';
import { gradeAnswer, originalLine } from '../judge/find-phase.ts';
import { exerciseFolder, progressOf, sourcesIn } from './folder.ts';
import { mainFile } from '../exercise/layout.ts';
import { describeAnswer, printedPlace } from './messages.ts';
import { exerciseOf, update, type Session, type Reply } from './session.ts';
import type { Progress } from './state-file.ts';

/**
 * Answers which lines leak.
 *
 * @param texts lines, `12` or `sell.ts:12`
 */
export async function find(session: Session, texts: readonly string[]): Promise<Reply> {
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

/** Shows the lines that leak, for no points. @throws UsageError while there are hints */
export function showAnswer(session: Session): Reply {
  const progress = progressOf(session.workshop);
  const exercise = exerciseOf(session, progress);
  if (progress.phase === 'find' && progress.findHints < 3)
    throw new UsageError('there are hints left', 'npm run hint');
  const places = answersOf(exercise);
  const shown = places.map(({ file, line }) => `${file}:${line}`);
  if (progress.phase === 'find')
    update(session, { ...progress, phase: 'fix', misses: Math.max(progress.misses, 3) });
  return {
    lines: [shown.join(', '), 'next: fix it, then npm run check'],
    json: { version: 1, exercise: progress.name, places },
    holds: true,
  };
}

/** Grades the lines that a learner names, and writes the progress. */
export function answer(
  session: Session,
  progress: Progress,
  exercise: Exercise,
  places: readonly Place[],
): Reply {
  const given = gradeAnswer(exercise, places);
  let after = progress;
  if (progress.phase === 'find') {
    after = given.isFound ? { ...progress, phase: 'fix' } : { ...progress, misses: progress.misses + 1 };
    update(session, after);
  }
  return {
    lines: describeAnswer(given, after, exercise.kind),
    json: {
      version: 1,
      exercise: progress.name,
      phase: 'find',
      verdict: given.isFound ? 'pass' : 'fail',
      places: given.places.map(printedPlace),
    },
    holds: given.isFound,
  };
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
