import { styleText } from 'node:util';
import { families } from '../contract.ts';
import type { Judgement } from './judge.ts';

/** Counts of a run, as `--json` prints them. */
export interface Summary {
  readonly pairs: number;
  readonly caught: number;
  readonly kindRight: number;
  readonly lineRight: number;
  readonly fixesClean: number;
  readonly decoys: number;
  readonly decoysClean: number;
  readonly wrongFixes: number;
  readonly wrongFixesCaught: number;
  /** Findings that no marker explains. */
  readonly unexpected: number;
  readonly ms: number;
}

/** Counts the verdicts. @param ms the time that the run took */
export function summarize(judgements: readonly Judgement[], ms: number): Summary {
  const patterns = judgements.filter(({ program }) => program.role === 'pattern');
  const clean = (role: string): number =>
    judgements.filter(({ program, verdict }) => program.role === role && verdict === 'ok').length;
  const wrongFixes = judgements.filter(({ program }) => program.role === 'wrong-fix');
  return {
    pairs: patterns.length,
    caught: patterns.filter(({ isCaught }) => isCaught).length,
    kindRight: patterns.filter(({ isKindRight }) => isKindRight).length,
    lineRight: patterns.filter(({ isLineRight }) => isLineRight).length,
    fixesClean: clean('fix'),
    decoys: judgements.filter(({ program }) => program.role === 'decoy').length,
    decoysClean: clean('decoy'),
    wrongFixes: wrongFixes.length,
    wrongFixesCaught: wrongFixes.filter(({ isCaught }) => isCaught).length,
    unexpected: judgements.reduce((sum, { unexpected }) => sum + unexpected.length, 0),
    ms: Math.round(ms),
  };
}

const columns = [
  'family',
  'caught',
  'right kind',
  'right line',
  'fix clean',
  'decoys clean',
  'time',
] as const;

/** Formats a table with a row for each family, and one for all. */
export function formatTable(judgements: readonly Judgement[], ms: number): string {
  const rows: string[][] = [[...columns]];
  for (const family of families) {
    const own = judgements.filter(({ program }) => program.family === family);
    if (own.length > 0)
      rows.push(row(family, own, own.reduce((sum, each) => sum + each.ms, 0) / own.length, ' each'));
  }
  rows.push(row('all', judgements, ms, ''));
  const widths = columns.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [
    styleText('bold', lines[0] ?? ''),
    ...lines.slice(1, -1),
    styleText('bold', lines.at(-1) ?? ''),
  ].join('\n');
}

function row(name: string, judgements: readonly Judgement[], ms: number, unit: string): string[] {
  const { pairs, caught, kindRight, lineRight, fixesClean, decoys, decoysClean } = summarize(judgements, ms);
  const fixes = judgements.filter(({ program }) => program.role === 'fix').length;
  return [
    name,
    `${caught}/${pairs}`,
    `${kindRight}/${pairs}`,
    `${lineRight}/${pairs}`,
    `${fixesClean}/${fixes}`,
    `${decoysClean}/${decoys}`,
    `${(ms / 1000).toFixed(1)} s${unit}`,
  ];
}
