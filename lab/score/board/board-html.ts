import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { families, stages } from '../../contract.ts';
import { isMain } from './board.ts';
import { articleStages } from './board-markdown.ts';
import { letters, meaningOf } from '../answer/letters.ts';
import type { Recorded } from '../answer/recorded.ts';
import type { ScoredBoard } from './scored-board.ts';
import { ranked } from './table.ts';

const page = join(import.meta.dirname, 'page');
/** Limit for the raw output behind a cell, in characters. */
const rawSize = 1200;

/**
 * Makes the site's page with every program: one file that requests nothing.
 *
 * @param recorded runs whose raw output stands behind the cells
 */
export function boardHtml(board: ScoredBoard, recorded: readonly Recorded[]): string {
  const detectors = [
    ...ranked(board.detectors.filter((each) => each.axis === 'plain' && isMain(each))),
    ...ranked(board.detectors.filter((each) => !(each.axis === 'plain' && isMain(each)))),
  ];
  const data = {
    board: { ...board, detectors },
    families,
    stages,
    article: articleStages,
    meanings: Object.fromEntries(
      [...Object.values(letters), 'X', 'N', 'C', ' '].map((letter) => [letter, meaningOf(letter)]),
    ),
    said: saidOf(board, recorded),
  };
  const packed = gzipSync(JSON.stringify(data), { level: 9 }).toString('base64');
  return readFileSync(join(page, 'board.html'), 'utf8')
    .replace('/* STYLE */', () => readFileSync(join(page, 'board.css'), 'utf8').trim())
    .replace('/* SCRIPT */', () => readFileSync(join(page, 'board.js'), 'utf8').trim())
    .replace('DATA', () => packed);
}

/** Collects the raw output by detector, runtime, way and program; empty output is left out. */
function saidOf(
  board: ScoredBoard,
  recorded: readonly Recorded[],
): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const paths = new Set(board.programs.map(({ path }) => path));
  const rows = new Set(board.detectors.map(({ name, runtime, axis }) => `${name} ${runtime} ${axis}`));
  const said: Record<string, Record<string, string>> = {};
  for (const { adapter, runtime, axis, program, repeat, raw, end, problem, findings } of recorded) {
    const row = `${adapter} ${runtime} ${axis}`;
    if (repeat !== 1 || !rows.has(row) || !paths.has(program)) continue;
    if (findings.length === 0 && problem === undefined && end === 'answered') continue;
    const head = problem === undefined ? (end === 'answered' ? '' : `[${end}]\n`) : `[${end}] ${problem}\n`;
    const text = `${head}${raw}`;
    (said[row] ??= {})[program] = text.length > rawSize ? `${text.slice(0, rawSize)}\n… (cut)` : text;
  }
  return said;
}
