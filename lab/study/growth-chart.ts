import type { Observable } from '../contract.ts';

/** The counts of a program after each number of runs, as far as they are measured. */
export interface Curve {
  /** `leak`, `fix`. */
  readonly name: string;
  readonly values: readonly number[];
}

/** Paints a bar in the colour of its curve; returns the text unchanged without colours. */
export type Paint = (text: string, curve: number) => string;

/** The width of an amount after a bar: `+24`, `+12.3 MB`. */
const amountWidth = 10;

/**
 * Draws bars side by side of the growth since the first run. A value that is not measured yet is `…`.
 *
 * @param stages the numbers of runs at which values are read, rising
 * @param width characters in a line, from 40 up
 */
export function growthChart(
  observable: Observable,
  stages: readonly number[],
  curves: readonly Curve[],
  width: number,
  paint: Paint = (text) => text,
): string[] {
  const column = Math.floor((width - 7) / Math.max(1, curves.length));
  const longest = column - amountWidth;
  const risen = curves.map(({ values }) => values.map((value) => value - (values[0] ?? 0)));
  const most = Math.max(1, ...risen.flat());
  const head = `  run  ${curves.map(({ name }) => name.padEnd(column)).join('')}`.trimEnd();
  const rows = stages.map((runs, at) => {
    const cells = risen.map((values, curve) => {
      const value = values[at];
      if (value === undefined) return '…'.padEnd(column);
      // a small value is still visible
      const length = value > 0 ? Math.max(1, Math.round((value / most) * longest)) : 0;
      const bar = '█'.repeat(length);
      const amount = amountOf(observable, value);
      const text = `${length > 0 ? `${bar} ` : ''}${amount}`;
      return paint(text, curve) + ' '.repeat(Math.max(0, column - text.length));
    });
    return `${String(runs).padStart(5)}  ${cells.join('')}`.trimEnd();
  });
  return [`${observable}, on top of those after the first run`, head, ...rows];
}

function amountOf(observable: Observable, value: number): string {
  const sign = value > 0 ? '+' : '';
  if (observable !== 'heap') return `${sign}${Math.round(value)}`;
  if (Math.abs(value) < 1_000_000) return `${sign}${Math.round(value / 1000)} kB`;
  return `${sign}${(value / 1_000_000).toFixed(1)} MB`;
}
