import type { CauseHistory, History } from '../cause-history.ts';
import {
  highest,
  movesOf,
  ofHundred,
  scoresOf,
  type Move,
  type Term,
  type Terms,
  type Weights,
} from './scores.ts';

/** The weights of the article. */
export const articleWeights: Weights = { frequency: 30, blocking: 40, complexity: 30 };

/** The points by which each weight moves to see whether the first ten stay. */
export const movedPoints = 10;
/** The number of causes that have to stay. */
export const watchedRanks = 10;

/** A cause with its score. */
export interface Priority {
  /** From 1. */
  readonly rank: number;
  readonly cause: CauseHistory;
  /** From 0 to 100: the sum of the points. */
  readonly score: number;
  /** Each term, from 0 to 1. */
  readonly terms: Readonly<Record<Term, number>>;
  /** The points that each term adds to the score. */
  readonly points: Readonly<Record<Term, number>>;
}

/** The open causes in the order of the article's matrix. */
export interface Priorities {
  /** The weights in percent. */
  readonly weights: Weights;
  /** The highest score first. */
  readonly causes: readonly Priority[];
  readonly moves: readonly Move[];
}

/** Returns the open causes, and the terms of each in the same order. */
export function termsOf({ causes }: History): {
  readonly open: readonly CauseHistory[];
  readonly terms: Terms;
} {
  const open = causes
    .filter(({ fixed }) => !fixed)
    .toSorted((a, b) => (a.cause < b.cause ? -1 : a.cause > b.cause ? 1 : 0));
  const breadths = open.map(breadthOf);
  return {
    open,
    terms: {
      frequency: open.map(({ runs, watched }) => (watched > 0 ? rounded(Math.min(1, runs / watched)) : 0)),
      blocking: relative(open.map(({ waited }) => waited)),
      complexity: relative(breadths.map(({ tests, suites, levels }) => tests + suites + levels)),
    },
  };
}

/** Returns the matrix of the open causes. */
export function prioritiesOf(history: History, weights: Weights): Priorities {
  const { open, terms } = termsOf(history);
  const scores = scoresOf(terms, weights);
  const share = ofHundred(weights);
  return {
    weights: share,
    causes: highest(scores, scores.length).flatMap((at, index): Priority[] => {
      const cause = open[at];
      if (!cause) return [];
      const own = { frequency: 0, blocking: 0, complexity: 0 };
      const points = { ...own };
      for (const term of ['frequency', 'blocking', 'complexity'] as const) {
        own[term] = terms[term][at] ?? 0;
        points[term] = share[term] * own[term];
      }
      return [{ rank: index + 1, cause, score: scores[at] ?? 0, terms: own, points }];
    }),
    moves: movesOf(terms, weights, movedPoints, watchedRanks),
  };
}

/** The tests that leak a cause, as far as their titles show. */
export interface Breadth {
  readonly tests: number;
  /** The files and blocks directly around the tests. */
  readonly suites: number;
  /** The most files and blocks around any test. */
  readonly levels: number;
}

const separator = ' > ';

/** Counts the tests, the suites and the levels of titles such as `test/poll.test.ts > poller > stops`. */
export function breadthOf({ tests }: CauseHistory): Breadth {
  const suites = new Set<string>();
  let levels = 0;
  for (const title of tests) {
    suites.add(title.slice(0, Math.max(0, title.lastIndexOf(separator))));
    let around = 0;
    for (let at = title.indexOf(separator); at >= 0; at = title.indexOf(separator, at + separator.length))
      around += 1;
    levels = Math.max(levels, around);
  }
  return { tests: tests.length, suites: suites.size, levels };
}

/** Returns values as shares of the largest. */
function relative(values: readonly number[]): readonly number[] {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return values.map((value) => (most > 0 ? rounded(value / most) : 0));
}

/** Returns a share with four digits, as the page keeps it. */
function rounded(share: number): number {
  return Math.round(share * 1e4) / 1e4;
}
