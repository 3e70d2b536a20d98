import { answersOf, type Exercise } from '../exercise/exercise.ts';
import { hintsFor } from '../exercise/hints.ts';
import { minutesFor } from '../exercise/agenda.ts';
import { adviceOf, diffLines } from './solution.ts';
import { explain } from './judgement-messages.ts';

/** Returns the answer key for the teacher, in Markdown. */
export function answerKey(exercises: readonly Exercise[], names: readonly string[]): string {
  const parts = exercises.map((exercise, index) => keyOfExercise(exercise, names[index] ?? exercise.name));
  return `# Answer key\n\n${parts.join('\n\n')}\n`;
}

function keyOfExercise(exercise: Exercise, name: string): string {
  const places = answersOf(exercise).map(({ file, line }) => `${file}:${line}`);
  const leaking = exercise.parts.filter(({ isLeaking }) => isLeaking);
  const lines = [
    `## ${name}`,
    '',
    `${exercise.id}, about ${minutesFor(exercise)} minutes.`,
    '',
    `Find: ${places.join(exercise.kind === 'report' ? ' or ' : ', ')}.`,
    ...(['find', 'fix'] as const).flatMap((phase) => [
      '',
      `Hints to ${phase} it:`,
      '',
      ...hintsFor(exercise, phase).map((hint, index) => `${index + 1}. ${hint.replaceAll('\n', '; ')}`),
    ]),
    ...leaking.flatMap((part) => [
      '',
      `Fix (${part.file}): ${adviceOf(part)}`,
      '',
      '```diff',
      ...diffLines(part.start.source, part.fixed.source).map((line) => line.slice(2)),
      '```',
      ...part.pair.wrongFixes.flatMap((wrong) => ['', `What people try: ${explain(wrong)}`]),
    ]),
  ];
  return lines.join('\n');
}
