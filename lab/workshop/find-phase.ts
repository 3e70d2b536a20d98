import { diffArrays } from 'diff';
import { answersOf, type Exercise, type Part, type Place } from './exercise.ts';

/** How good one named line is. */
export type Grade = 'right' | 'near' | 'wrong';

export interface GradedPlace extends Place {
  readonly grade: Grade;
  /** For people. */
  readonly message: string;
}

/** What comes of an answer to where it leaks. */
export interface Answer {
  readonly isFound: boolean;
  readonly places: readonly GradedPlace[];
  /** How many lines there are to be named. */
  readonly wanted: number;
}

/** Lines off that still count as near. */
const near = 2;

/**
 * Grades the lines that a learner names: found is found when each leak is named and nothing else; where a report is
 * given, when one of the lines that have to be fixed is.
 *
 * @param places by the lines of what was handed out
 */
export function gradeAnswer(exercise: Exercise, places: readonly Place[]): Answer {
  const answers = answersOf(exercise);
  const graded = places.map((place) => gradePlace(exercise, place));
  const isRight = ({ file, line }: Place): boolean =>
    graded.some((each) => each.grade === 'right' && each.file === file && each.line === line);
  const isReport = exercise.kind === 'report';
  const isComplete = isReport ? answers.some(isRight) : answers.every(isRight);
  return {
    isFound: isComplete && graded.every(({ grade }) => grade === 'right'),
    places: graded,
    wanted: isReport ? 1 : answers.length,
  };
}

function gradePlace(exercise: Exercise, place: Place): GradedPlace {
  const { file, line } = place;
  const part = exercise.parts.find((each) => each.file === file);
  const graded = (grade: Grade, message: string): GradedPlace => ({ ...place, grade, message });
  if (!part?.isLeaking) return graded('wrong', 'nothing that is made in this file is left');
  const isOne = (lines: readonly number[]): boolean => lines.includes(line);
  const isClose = (lines: readonly number[]): boolean => lines.some((each) => Math.abs(each - line) <= near);
  const made = part.leaks.map((leak) => leak.line);
  if (exercise.kind === 'report') {
    if (isOne(part.fixedAt)) return graded('right', 'here it has to be fixed');
    if (isOne(made))
      return graded('near', 'here it is made, as the report says; where should it have ended?');
    if (isClose(part.fixedAt)) return graded('near', 'a line or two off');
    return graded('wrong', 'nothing has to change here');
  }
  if (isOne(made)) return graded('right', leftBy(part, line));
  if (isOne(part.also)) return graded('near', 'part of the story; what is left is made on another line');
  if (isClose(made)) return graded('near', 'a line or two off');
  if (isOne(part.fixedAt))
    return graded('near', 'here it may be fixed; what is left is made on another line');
  return graded('wrong', 'what this line makes is gone when the job is done');
}

function leftBy({ leaks }: Part, line: number): string {
  const all = leaks.filter((leak) => leak.line === line);
  return `here it is made: ${all.map(({ kind, count }) => (count === 1 ? kind : `${kind} ×${count}`)).join(', ')}`;
}

/** Points for the finding, from 3 down: a wrong answer and a hint cost one each. */
export function pointsFor({
  misses,
  findHints,
}: {
  readonly misses: number;
  readonly findHints: number;
}): number {
  return Math.max(0, 3 - misses - findHints);
}

/** The comment that names a line in the learner's own file. */
const here = /\s*\/\/ *HERE\b.*$/i;

/** The lines that carry `// HERE`, by the lines of what was handed out. */
export function placesMarked(file: string, start: string, now: string): Place[] {
  return now
    .split('\n')
    .flatMap((text, index) => (here.test(text) ? [{ file, line: originalLine(start, now, index + 1) }] : []));
}

/** Where a line of the learner's file stood in what was handed out; a new line counts as the one above it. */
export function originalLine(start: string, now: string, line: number): number {
  const without = now.split('\n').map((text) => text.replace(here, ''));
  let original = 0;
  let current = 0;
  for (const { added, removed, value } of diffArrays(start.split('\n'), without)) {
    if (removed) {
      original += value.length;
      continue;
    }
    if (line <= current + value.length) return added ? Math.max(1, original) : original + (line - current);
    current += value.length;
    if (!added) original += value.length;
  }
  return Math.max(1, original);
}
