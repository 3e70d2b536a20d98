import { join } from 'node:path';
import { format } from 'prettier';
import { formatRecords } from '../../shared/json-records.ts';
import { writeWhole } from '../../shared/write-file.ts';
import { boardMarkdown } from './board-markdown.ts';
import type { Board } from './board.ts';
import { scoredBoard } from './scored-board.ts';

/** Writes board.json and board.md. */
export async function writeBoard(folder: string, board: Board): Promise<void> {
  writeWhole(join(folder, 'board.json'), formatRecords(board));
  const markdown = await format(boardMarkdown(scoredBoard(board)), { parser: 'markdown', printWidth: 110 });
  writeWhole(join(folder, 'board.md'), markdown);
}
