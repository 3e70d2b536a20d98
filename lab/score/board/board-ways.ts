import type { Board } from './board.ts';
import { letters, notRun } from '../answer/letters.ts';
import { table, titleOf } from './markdown.ts';
import type { ScoredBoard, ScoredDetector } from './scored-board.ts';

/** Writes the section on programs run in other ways: a sample, beside the plain results of the same programs. */
export function waysSection({ detectors, programs }: ScoredBoard): string[] {
  const ways = detectors.filter(({ axis }) => axis !== 'plain');
  if (ways.length === 0) return [];
  const plain = (way: ScoredDetector): ScoredDetector | undefined =>
    detectors.find(
      ({ name, runtime, axis }) => axis === 'plain' && name === way.name && runtime === way.runtime,
    );
  return [
    '',
    '## Run in other ways',
    '',
    'Three pairs of each family, with their decoys and wrong fixes: begun after an await, called in the callback of an immediate, between two clean programs in the same process. In brackets, the plain results of the same programs.',
    '',
    ...table(
      [
        'detector',
        'way',
        'pairs',
        'leaks caught',
        'false alarms, fixes and decoys',
        'wrong fixes caught',
        'unlike plain',
      ],
      ways.map((way) => {
        const here = tallyOf(way.cells, way.cells, programs);
        const there = tallyOf(plain(way)?.cells ?? '', way.cells, programs);
        const both = (key: keyof Tally): string => `${here[key]} (${there[key]})`;
        return [
          titleOf(way),
          way.axis,
          `${both('pairs')} of ${way.all.pairRate.n}`,
          both('caught'),
          both('alarms'),
          both('wrong'),
          String(differencesOf(way.cells, plain(way)?.cells ?? '')),
        ];
      }),
    ),
  ];
}

/** Counts programs that came out differently. */
function differencesOf(cells: string, others: string): number {
  return cells.split('').filter((letter, index) => letter !== notRun && letter !== others[index]).length;
}

interface Tally {
  readonly pairs: number;
  readonly caught: number;
  readonly alarms: number;
  readonly wrong: number;
}

/** Counts the results of a way. @param only counts where this has a letter */
function tallyOf(cells: string, only: string, programs: Board['programs']): Tally {
  const rows = programs.flatMap(({ id, role }, index) =>
    (only[index] ?? notRun) === notRun ? [] : [{ id, role, letter: cells[index] ?? notRun }],
  );
  const isCatch = (letter: string): boolean => /[xnc]/i.test(letter);
  const silent = new Set(
    rows.filter(({ role, letter }) => role === 'fix' && letter === letters.silent).map(({ id }) => id),
  );
  const caught = rows.filter(({ role, letter }) => role === 'pattern' && isCatch(letter));
  return {
    pairs: caught.filter(({ id }) => silent.has(id)).length,
    caught: caught.length,
    alarms: rows.filter(({ letter }) => letter === letters['false alarm']).length,
    wrong: rows.filter(({ role, letter }) => role === 'wrong-fix' && isCatch(letter)).length,
  };
}
