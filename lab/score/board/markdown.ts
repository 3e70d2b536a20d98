import type { BoardDetector } from './board.ts';
import type { Rate } from '../answer/rate.ts';

/** Returns a detector's title, with its runtime unless that is Node. */
export function titleOf({ title, runtime }: Pick<BoardDetector, 'title' | 'runtime'>): string {
  return runtime.startsWith('node-') ? title : `${title} (${runtime})`;
}

/** Writes a table with right-aligned numbers. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...rows.map(line)];
}

/** Writes a rate as `53%, 70/133`; empty if nothing was counted. */
export function percent(rate: Rate, withInterval = false): string {
  if (rate.rate === null || rate.low === null || rate.high === null) return '';
  const interval = withInterval ? ` (${whole(rate.low)}–${whole(rate.high)})` : '';
  return `${whole(rate.rate)}%${interval}, ${rate.k}/${rate.n}`;
}

export function percentOf(rate: Rate | undefined): string {
  return rate?.rate === undefined || rate.rate === null ? '' : `${whole(rate.rate)}%`;
}

function whole(share: number): string {
  return String(Math.round(share * 100));
}

export function number(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}
