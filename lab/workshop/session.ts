import { UsageError } from '../usage-error.ts';
import type { Exercise } from './exercise.ts';
import { save, withProgress, type Workshop } from './folder.ts';
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

export function update(session: Session, progress: Progress): void {
  session.workshop = withProgress(session.workshop, progress);
  save(session.workshop);
}
