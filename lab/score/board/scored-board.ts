import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Channel } from '../../contract.ts';
import type { Board, BoardDetector } from './board.ts';
import { readLetter } from '../answer/letters.ts';
import { breakdownOf, metricsOf, type Breakdown, type Metrics, type Scored } from '../answer/metrics.ts';
import { rateOf, type Rate } from '../answer/rate.ts';

/** A board with the rates that follow from its letters. */
export interface ScoredBoard extends Omit<Board, 'detectors'> {
  readonly detectors: readonly ScoredDetector[];
}

/** A detector of the board with its rates. */
export interface ScoredDetector extends Omit<BoardDetector, 'stability'>, Breakdown {
  readonly stability: Rate;
  readonly all: Metrics;
  /** Pairs whose channel it claims to see, and the others; null if there are none. */
  readonly claimed: Metrics | null;
  readonly notClaimed: Metrics | null;
}

/** Reads docs/board.json and counts its rates. */
export function readBoard(root: string): ScoredBoard {
  return scoredBoard(JSON.parse(readFileSync(join(root, 'docs', 'board.json'), 'utf8')) as Board);
}

/** Counts the rates of each detector from its letters. */
export function scoredBoard(board: Board): ScoredBoard {
  return { ...board, detectors: board.detectors.map((each) => scoredDetector(each, board.programs)) };
}

function scoredDetector(detector: BoardDetector, programs: Board['programs']): ScoredDetector {
  const scored = programs.flatMap((subject, index): Scored[] => {
    const judged = readLetter(detector.cells[index] ?? '');
    return judged ? [{ subject, judged }] : [];
  });
  const sees = (channel: Channel): boolean => detector.sees.includes(channel);
  const having = (isWanted: (channel: Channel) => boolean): Metrics | null => {
    const own = scored.filter(({ subject: { channel } }) => channel && isWanted(channel));
    return own.length === 0 ? null : metricsOf(own);
  };
  return {
    ...detector,
    stability: rateOf(detector.stability.k, detector.stability.n),
    all: metricsOf(scored),
    ...breakdownOf(scored),
    claimed: having(sees),
    notClaimed: having((channel) => !sees(channel)),
  };
}
