import { diffArrays } from 'diff';
import { answersOf, type Exercise, type Part, type Place } from '../exercise/exercise.ts';

/** A grade of one named line. */
export type Grade = 'right' | 'near' | 'wrong';

/** A remark on one named line. */
export type Remark =
  | 'sound file'
  | 'made here'
  | 'part of it'
  | 'fixed here'
  | 'only fixed here'
  | 'reported'
  | 'close'
  | 'ends'
  | 'unchanged';

export interface GradedPlace extends Place {
  readonly grade: Grade;
  readonly remark: Remark;
  /** The leaks that the line makes. */
  readonly leaks: Part['leaks'];
}

/** The grades of an answer to where it leaks. */
export interface Answer {
  readonly isFound: boolean;
  readonly places: readonly GradedPlace[];
  /** The number of lines to name. */
  readonly wanted: number;
}

/** Lines off that still count as near. */
const near = 2;

/**
 * Grades the lines that a learner names. Found: all leaks and no other line are named, or in a report one of the
 * lines to fix.
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

function gradePlace({ kind, parts }: Exercise, place: Place): GradedPlace {
  const { file, line } = place;
  const part = parts.find((each) => each.file === file);
  const leaks = part?.leaks.filter((leak) => leak.line === line) ?? [];
  const graded = (grade: Grade, remark: Remark): GradedPlace => ({ ...place, grade, remark, leaks });
  if (!part?.isLeaking) return graded('wrong', 'sound file');
  const isClose = (lines: readonly number[]): boolean => lines.some((each) => Math.abs(each - line) <= near);
  const isFixed = part.fixedAt.includes(line);
  if (kind === 'report') {
    if (isFixed) return graded('right', 'fixed here');
    if (leaks.length > 0) return graded('near', 'reported');
    return isClose(part.fixedAt) ? graded('near', 'close') : graded('wrong', 'unchanged');
  }
  if (leaks.length > 0) return graded('right', 'made here');
  if (part.also.includes(line)) return graded('near', 'part of it');
  if (isClose(part.leaks.map((leak) => leak.line))) return graded('near', 'close');
  return isFixed ? graded('near', 'only fixed here') : graded('wrong', 'ends');
}

/** Returns the points for finding it: 3, less one for each wrong answer and each hint. */
export function pointsFor(misses: number, findHints: number): number {
  return Math.max(0, 3 - misses - findHints);
}

const here = /\s*\/\/ *HERE\b.*$/i;

/** Returns the lines that carry `// HERE`, as they were numbered in what was handed out. */
export function placesMarked(file: string, start: string, now: string): Place[] {
  return now
    .split('\n')
    .flatMap((text, index) => (here.test(text) ? [{ file, line: originalLine(start, now, index + 1) }] : []));
}

/** Returns the number that a line had in what was handed out; a new line has that of the line above it. */
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
