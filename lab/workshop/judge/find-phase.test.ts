import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Exercise, ExerciseKind, Part } from '../exercise/exercise.ts';
import { gradeAnswer, originalLine, placesMarked, pointsFor } from './find-phase.ts';
import { printedPlace } from '../learner/messages.ts';

const part = {
  file: 'program.ts',
  isLeaking: true,
  leaks: [{ kind: 'timer', line: 10, count: 2 }],
  also: [4],
  fixedAt: [20, 21],
} as unknown as Part;
const sound = { file: 'sound.ts', isLeaking: false, leaks: [], also: [], fixedAt: [] } as unknown as Part;
const exercise = (kind: ExerciseKind, parts = [part]): Exercise => ({
  key: '',
  id: '',
  name: '',
  kind,
  parts,
});

test.each([
  [10, 'right', 'the leak is made here: timer ×2'],
  [4, 'near', 'part of the story; what leaks is made on another line'],
  [12, 'near', 'a line or two off'],
  [20, 'near', 'the fix may go here; what leaks is made on another line'],
  [15, 'wrong', 'what this line makes has ended when the job is done'],
])('line %i of a program is %s', (line, grade, message) => {
  const place = { file: 'program.ts', line };
  const answer = gradeAnswer(exercise('program'), [place]);
  expect({ ...answer, places: answer.places.map(printedPlace) }).toEqual({
    isFound: grade === 'right',
    places: [{ ...place, grade, message }],
    wanted: 1,
  });
});

test.each([
  [20, 'right', 'fixed here'],
  [21, 'right', 'fixed here'],
  [10, 'near', 'reported'],
  [23, 'near', 'close'],
  [2, 'wrong', 'unchanged'],
])('where a report is given, line %i is %s', (line, grade, remark) => {
  const { isFound, places } = gradeAnswer(exercise('report'), [{ file: 'program.ts', line }]);
  expect({ isFound, places }).toMatchObject({ isFound: grade === 'right', places: [{ grade, remark }] });
});

test('in an incident all have to be named, and nothing else', () => {
  const other = { ...part, file: 'other.ts' };
  const incident = exercise('incident', [part, other, sound]);
  const named = (...files: string[]): boolean =>
    gradeAnswer(
      incident,
      files.map((file) => ({ file, line: 10 })),
    ).isFound;
  expect(named('program.ts', 'other.ts')).toBe(true);
  expect(named('program.ts')).toBe(false);
  expect(named('program.ts', 'other.ts', 'sound.ts')).toBe(false);
});

test('points go down from 3, and not below 0', () => {
  expect(
    [
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 3],
    ].map(([misses = 0, findHints = 0]) => pointsFor(misses, findHints)),
  ).toEqual([3, 2, 1, 0]);
});

test('a line is known whatever was added or taken out above it', () => {
  const start = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
  const edit = fc.record({ at: fc.nat({ max: 5 }), remove: fc.nat({ max: 3 }), add: fc.nat({ max: 3 }) });
  fc.assert(
    fc.property(edit, ({ at, remove, add }) => {
      const now = start.toSpliced(at, remove, ...Array.from({ length: add }, (_, index) => `mine ${index}`));
      for (const wanted of [10, 11, 12]) {
        const line = now.indexOf(`line ${wanted}`) + 1;
        expect(originalLine(start.join('\n'), now.join('\n'), line)).toBe(wanted);
      }
    }),
  );
});

test('a line is named by a comment in the file', () => {
  const now = 'mine\na();\nb(); // HERE\nc(); //here';
  expect(placesMarked('program.ts', 'a();\nb();\nc();', now)).toEqual([
    { file: 'program.ts', line: 2 },
    { file: 'program.ts', line: 3 },
  ]);
});
