import { UsageError } from '../../shared/usage-error.ts';
import type { Exercise } from '../exercise/exercise.ts';
import { save, withProgress, type Workshop } from './folder.ts';
import type { Progress } from './state-file.ts';
import type { Exercises } from '../exercise/tracks.ts';

/** A reply to a command: lines for people, an object for programs, and whether it holds. */
export interface Reply {
  readonly lines: readonly string[];
  readonly json: object;
  readonly holds: boolean;
}

/** A learner's session: the folder, and the exercises of the catalogue. */
export interface Session {
  workshop: Workshop;
  readonly exercises: Exercises;
}

/** Returns the exercise of a progress. @throws UsageError if the catalogue no longer has it */
export function exerciseOf({ exercises }: Session, { key, name }: Progress): Exercise {
  const exercise = exercises.byKey(key);
  if (exercise) return exercise;
  throw new UsageError(
    `${name} was made from a program that the catalogue no longer has`,
    'npm run next goes on; what you wrote stays',
  );
}

/** Writes the progress of an exercise. */
export function update(session: Session, progress: Progress): void {
  session.workshop = withProgress(session.workshop, progress);
  save(session.workshop);
}
