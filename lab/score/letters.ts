import { isCaught, type Judged, type Outcome } from './judge-answer.ts';

/** An outcome as one letter, so that a whole catalogue fits on a line. A capital says that the kind is right too. */
export const letters = {
  exact: 'x',
  near: 'n',
  caught: 'c',
  missed: '-',
  silent: '.',
  'false alarm': '!',
  'no answer': '?',
} as const satisfies Record<Outcome, string>;

/** What stands for a program that was not run: it does not hold on this runtime. */
export const notRun = ' ';

export function letterOf({ outcome, isKindRight }: Judged): string {
  const letter = letters[outcome];
  return isCaught(outcome) && isKindRight ? letter.toUpperCase() : letter;
}

/** What a letter says, in words. */
export function meaningOf(letter: string): string {
  const outcome = Object.entries(letters).find(([, each]) => each === letter.toLowerCase())?.[0];
  if (outcome === undefined) return 'not run';
  return letter === letter.toLowerCase() || !/[a-z]/i.test(letter) ? outcome : `${outcome}, right kind`;
}
