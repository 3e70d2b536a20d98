/**
 * The arithmetic of the priority matrix. The page holds the text of these functions and runs them as the terminal
 * does, so each may call only the others, and no import.
 */

/** The three terms of the article's matrix. */
export type Term = 'frequency' | 'blocking' | 'complexity';

/** The weight of each term; only their ratio counts. */
export type Weights = Readonly<Record<Term, number>>;

/** The terms of each cause, from 0 to 1. */
export type Terms = Readonly<Record<Term, readonly number[]>>;

/** A change of one weight by some points, and how many of the first causes stay among the first. */
export interface Move {
  readonly term: Term;
  /** Points of 100; fewer than asked for where the weight would leave 0 to 100. */
  readonly points: number;
  readonly weights: Weights;
  readonly stay: number;
}

/** Returns the weights with 100 as their sum. */
export function ofHundred(weights: Weights): Weights {
  const sum = weights.frequency + weights.blocking + weights.complexity;
  return {
    frequency: (100 * weights.frequency) / sum,
    blocking: (100 * weights.blocking) / sum,
    complexity: (100 * weights.complexity) / sum,
  };
}

/** Returns the score of each cause, from 0 to 100. */
export function scoresOf(terms: Terms, weights: Weights): readonly number[] {
  const share = ofHundred(weights);
  return terms.frequency.map(
    (frequency, at) =>
      share.frequency * frequency +
      share.blocking * (terms.blocking[at] ?? 0) +
      share.complexity * (terms.complexity[at] ?? 0),
  );
}

/** Returns the positions of the highest scores, the highest first; of equal ones, the first. */
export function highest(scores: readonly number[], most: number): readonly number[] {
  const order = scores.map((_, at) => at);
  order.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  return order.slice(0, most);
}

/** Returns the weights after one of them has moved; the other two share the rest in their old ratio. */
export function movedBy(weights: Weights, term: Term, points: number): Weights {
  const now = ofHundred(weights);
  const moved = Math.min(100, Math.max(0, now[term] + points));
  const others = 100 - now[term];
  const shared = (other: Term): number =>
    other === term ? moved : others === 0 ? (100 - moved) / 2 : ((100 - moved) * now[other]) / others;
  return { frequency: shared('frequency'), blocking: shared('blocking'), complexity: shared('complexity') };
}

/** Returns the moves of each weight by some points, up and down. */
export function movesOf(terms: Terms, weights: Weights, points: number, most: number): readonly Move[] {
  const first = new Set(highest(scoresOf(terms, weights), most));
  const all: readonly Term[] = ['frequency', 'blocking', 'complexity'];
  return all.flatMap((term) =>
    [-points, points].map((by) => {
      const moved = movedBy(weights, term, by);
      const stay = highest(scoresOf(terms, moved), most).filter((at) => first.has(at)).length;
      return { term, points: moved[term] - ofHundred(weights)[term], weights: moved, stay };
    }),
  );
}

/** Returns the text of these functions, for the script of a page. */
export function scoresAsScript(): string {
  return [ofHundred, scoresOf, highest, movedBy, movesOf].map(String).join('\n');
}
