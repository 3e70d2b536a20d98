import { styleText } from 'node:util';
import type { Rate } from '../answer/rate.ts';
import type { ScoredBoard, ScoredDetector } from './scored-board.ts';

const head = [
  'detector',
  'pairs',
  'recall',
  'kind',
  'line',
  'fixes',
  'decoys',
  'wrong',
  'J',
  'macro J',
  'no answer',
  'cost',
];

/** Formats the board as a table for a terminal, the best pair rate first. */
export function formatBoard({ detectors }: ScoredBoard): string {
  const rows = ranked(detectors).map((detector): string[] => {
    const { all, macroJ, cost, hasLines, hasTypes } = detector;
    return [
      nameOf(detector),
      shown(all.pairRate),
      shown(all.recall),
      hasTypes ? shown(all.kindRight) : '',
      hasLines ? `${shown(all.exactLine)} (${all.nearLine.k})` : '',
      shown(all.falseAlarmsOnFixes),
      shown(all.falseAlarmsOnDecoys),
      shown(all.wrongFixesCaught),
      number(all.youdensJ),
      number(macroJ),
      all.noAnswer.k === 0 ? '' : String(all.noAnswer.k),
      cost === null ? '' : `${cost.toFixed(1)}x`,
    ];
  });
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [styleText('bold', line(head)), ...rows.map(line)].join('\n');
}

/** Ranks detectors by pair rate, then by fewer false alarms. */
export function ranked(detectors: readonly ScoredDetector[]): readonly ScoredDetector[] {
  const alarms = ({ all }: ScoredDetector): number => all.falseAlarmsOnFixes.k + all.falseAlarmsOnDecoys.k;
  return detectors.toSorted(
    (a, b) =>
      (b.all.pairRate.rate ?? 0) - (a.all.pairRate.rate ?? 0) ||
      alarms(a) - alarms(b) ||
      (a.name < b.name ? -1 : 1),
  );
}

/** Returns the detector's name with its runtime and way. */
export function nameOf({ name, runtime, axis }: ScoredDetector): string {
  return `${name} ${runtime}${axis === 'plain' ? '' : ` ${axis}`}`;
}

function shown({ k, n }: Rate): string {
  return n === 0 ? '' : `${k}/${n}`;
}

function number(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}
