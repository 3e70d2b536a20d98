import { join } from 'node:path';
import { format } from 'prettier';
import { writeWhole } from '../write-file.ts';
import { boardHtml } from './board-html.ts';
import { boardMarkdown } from './board-markdown.ts';
import type { Board } from './board.ts';
import type { Recorded } from './recorded.ts';

/** Writes the board in its three forms. */
export async function writeBoard(folder: string, board: Board, recorded: readonly Recorded[]): Promise<void> {
  writeWhole(join(folder, 'board.json'), `${JSON.stringify(board)}\n`);
  const markdown = await format(boardMarkdown(board), { parser: 'markdown', printWidth: 110 });
  writeWhole(join(folder, 'board.md'), markdown);
  writeWhole(join(folder, 'board.html'), boardHtml(board, recorded));
}
