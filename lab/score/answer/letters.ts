import { isCaught, type Outcome, type Verdict } from './judge-answer.ts';

/** Outcomes as letters, so that a whole catalogue fits on a line. A capital letter means that the kind is right too. */
export const letters = {
  exact: 'x',
  near: 'n',
  caught: 'c',
  missed: '-',
  silent: '.',
  'false alarm': '!',
  'no answer': '?',
} as const satisfies Record<Outcome, string>;

const outcomes = Object.keys(letters) as (keyof typeof letters)[];

/** Stands for a program that was not run, as it does not hold on this runtime. */
export const notRun = ' ';

export function letterOf({ outcome, isKindRight }: Verdict): string {
  const letter = letters[outcome];
  return isCaught(outcome) && isKindRight ? letter.toUpperCase() : letter;
}

/** Reads a letter of {@link letterOf}; `undefined` for a program that was not run. */
export function readLetter(letter: string): Verdict | undefined {
  const outcome = outcomes.find((each) => letters[each] === letter.toLowerCase());
  return outcome && { outcome, isKindRight: letter !== letter.toLowerCase() };
}

/** Returns the meaning of a letter in words. */
export function meaningOf(letter: string): string {
  const verdict = readLetter(letter);
  if (!verdict) return 'not run';
  return verdict.isKindRight ? `${verdict.outcome}, right kind` : verdict.outcome;
}
