import type { Program } from '../catalogue/program.ts';
import { firstSentence, partOf } from '../catalogue/story.ts';
import { changesFrom, countOf, likeness, runOf, tokensOf } from './tokens.ts';

/**
 * What a fix that does not hold looks like.
 *
 * - `unchanged`: as it was handed out
 * - `empty`: nothing is left of the program
 * - `deleted`: the feature has gone with its leak
 * - `swallowed`: an error is caught, and nobody hears of it
 * - `time-out`: a time was made longer or shorter
 * - `unref`: the process may end in spite of it, and it is there as before
 * - `limit`: a warning was silenced
 * - `caller`: the caller was changed, and not what it calls
 */
export type Likeness =
  'unchanged' | 'empty' | 'deleted' | 'swallowed' | 'time-out' | 'unref' | 'limit' | 'caller';

export const meanings: Readonly<Record<Likeness, string>> = {
  unchanged: 'the program is as it was handed out',
  empty: 'this looks like an empty file: a program that does nothing leaks nothing, and does nothing',
  deleted: 'this looks like the feature deleted with its leak: keep what the program does, and end it',
  swallowed: 'this looks like an error swallowed: what was caught here has to go on to whoever called',
  'time-out': 'this looks like a time-out made longer or shorter: the times are part of the job, leave them',
  unref: 'this looks like unref: it lets the process end, and what was made is there as before',
  limit: 'this looks like a limit raised: the warning is gone, and what it warned of is not',
  caller: 'this looks like the caller changed: `run` stays as it is, fix what it calls',
};

/** What is compared, each as one text. */
export interface Versions {
  readonly start: string;
  readonly fixed: string;
  readonly learner: string;
}

/** What the text of a fix looks like; `undefined` if it looks like none of these. */
export function looksLike({ start, fixed, learner }: Versions): Likeness | undefined {
  if (tokensOf(learner).length === 0) return 'empty';
  const { added, removed } = changesFrom(start, learner);
  if (added.length + removed.length === 0) return 'unchanged';
  const gained = (...tokens: string[]): boolean =>
    countOf(learner, ...tokens) > Math.max(countOf(start, ...tokens), countOf(fixed, ...tokens));
  if (gained('unref')) return 'unref';
  if (gained('setMaxListeners') || gained('defaultMaxListeners')) return 'limit';
  if (isCallerChanged({ start, fixed, learner })) return 'caller';
  if (timesChanged({ start, fixed, learner }).length > 0) return 'time-out';
  if (gained('catch') || gained("'error'") || gained('allSettled')) return 'swallowed';
  const net = removed.length - added.length;
  const meant = changesFrom(start, fixed);
  const isShorter = net > 4 + Math.max(0, meant.removed.length - meant.added.length);
  return isShorter ? 'deleted' : undefined;
}

/** Whether `run` is another one, where the reference leaves it alone. */
export function isCallerChanged({ start, fixed, learner }: Versions): boolean {
  const [before, meant, now] = [start, fixed, learner].map((source) => runOf(source).join(' '));
  return before === meant && now !== before;
}

/** Numbers from 5 up that the reference keeps and the learner does not. */
export function timesChanged({ start, fixed, learner }: Versions): readonly string[] {
  const numbers = (source: string): string[] =>
    tokensOf(source).filter((token) => /^\d[\d_]*$/.test(token) && Number(token.replaceAll('_', '')) >= 5);
  const [meant, now] = [new Set(numbers(fixed)), new Set(numbers(learner))];
  return [...new Set(numbers(start))].filter((number) => meant.has(number) && !now.has(number));
}

/**
 * What the program opens, starts or adds on the lines that leak, the reference still does, and the learner's no
 * longer does.
 */
export function acquisitionsGone({ start, fixed, learner }: Versions, lines: readonly number[]): string[] {
  const all = start.split('\n');
  const called = lines.flatMap((line) =>
    [...(all[line - 1] ?? '').matchAll(/(#?\w+)(?:<[^>(]*>)?\(/g)].flatMap(([, name]) => name ?? []),
  );
  return [...new Set(called)].filter(
    (name) =>
      countOf(start, name) > 0 &&
      countOf(fixed, name) >= countOf(start, name) &&
      countOf(learner, name) === 0,
  );
}

/** The wrong fix of the pair that a fix is most like, if it is like one. */
export function knownMistake(versions: Versions, wrongFixes: readonly WrongFix[]): WrongFix | undefined {
  const own = changesFrom(versions.start, versions.learner);
  const ranked = wrongFixes
    .map((wrong) => ({ wrong, alike: likeness(own, changesFrom(versions.start, wrong.source)) }))
    .toSorted((a, b) => b.alike - a.alike);
  const [best] = ranked;
  if (best && best.alike >= 0.6) return best.wrong;
  const looks = looksLike(versions);
  if (looks === undefined) return undefined;
  return ranked.find(({ wrong }) => looksLike({ ...versions, learner: wrong.source }) === looks)?.wrong;
}

/** A fix that people try, with its source as a learner would have it. */
export interface WrongFix {
  readonly program: Program;
  readonly source: string;
}

/** In a sentence or two, what was tried and why it leaks as before. */
export function explain({ program: { story } }: WrongFix): string {
  const tried = firstSentence(story.opening.replace(/^Tried: /, ''));
  const reason = partOf(story, 'Still leaks because');
  return `this looks like a wrong fix that people try: ${tried}. It still leaks because ${reason}`;
}
