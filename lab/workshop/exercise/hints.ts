import { enclosing, type Exercise, type Part } from './exercise.ts';

export type Phase = 'find' | 'fix';

/** Returns the hints of a phase, from a nudge to almost the answer. */
export function hintsFor(exercise: Exercise, phase: Phase): readonly [string, string, string] {
  const leaking = exercise.parts.filter(({ isLeaking }) => isLeaking);
  const name = (part: Part, hint: string): string =>
    exercise.kind === 'incident' ? `${part.file}: ${hint}` : hint;
  const each = (hint: (part: Part) => string): string =>
    leaking.map((part) => name(part, hint(part))).join('\n');
  if (phase === 'fix') {
    const hint = (at: 0 | 1 | 2): string => each(({ pair }) => pair.pattern.pattern.hints[at]);
    return [hint(0), hint(1), hint(2)];
  }
  if (exercise.kind === 'report') {
    return [
      'The report names the line that made what leaks. Which line should have ended it, and does not?',
      each(({ start, fixedAt }) => `Look in \`${places(start.source, fixedAt)}\`.`),
      each(({ fixedAt }) => `It is within ${around(fixedAt)}.`),
    ];
  }
  return [
    exercise.kind === 'incident'
      ? `${count(leaking.length, 'file')} of ${exercise.parts.length} leak. One round leaks ${leaking.map(({ leaks }) => leakedBy(leaks)).join(', and ')}.`
      : each(({ leaks }) => `One run leaks ${leakedBy(leaks)}.`),
    each(({ start, leaks }) => `Look in \`${places(start.source, linesOf(leaks))}\`.`),
    each(({ leaks }) => `It is within ${around(linesOf(leaks))}.`),
  ];
}

const words: Readonly<Record<string, string>> = {
  await: 'suspended async function',
  fd: 'file descriptor',
  memory: 'piece of memory that stays held',
  lease: 'lease that was not given back',
  stream: 'web stream',
  process: 'child process',
  request: 'request in flight',
};

function leakedBy(leaks: Part['leaks']): string {
  return leaks.map(({ kind, count: many }) => count(many, words[kind] ?? kind)).join(' and ');
}

function linesOf(leaks: Part['leaks']): number[] {
  return leaks.map(({ line }) => line);
}

function places(source: string, lines: readonly number[]): string {
  return [...new Set(lines.flatMap((line) => enclosing(source, line) ?? []))].join('`, `');
}

/** Names a stretch of seven lines with the first of these inside. */
function around(lines: readonly number[]): string {
  const first = Math.min(...lines);
  const from = Math.max(1, first - (first % 4) - 1);
  return `lines ${from} to ${from + 6}`;
}

function count(many: number, word: string): string {
  if (many === 1) return `a ${word}`;
  return `${many} ${/(?:s|ss|x|ch)$/.test(word) ? `${word}es` : `${word}s`}`;
}
