import type { Observable } from '../../contract.ts';

/** Counts of a program after each number of runs. */
export interface Curve {
  readonly name: string;
  /** Values, one for each number of runs. */
  readonly values: readonly number[];
}

const width = 420;
const height = 150;
const left = 60;
const right = 70;
const top = 14;
const bottom = 34;
const colours = ['#c62828', '#2e7d32'];

/**
 * Draws the leak and the fix in one picture: the growth since the first run, over the number of runs.
 *
 * @param stages the numbers of runs at which the values were read, rising
 * @returns an `<svg>` on one line, as Markdown ends a block of HTML at an empty one
 */
export function curvesSvg(
  observable: Observable,
  stages: readonly number[],
  curves: readonly Curve[],
): string {
  const risen = curves.map(({ name, values }) => ({
    name,
    values: values.map((value) => value - (values[0] ?? 0)),
  }));
  const most = Math.max(1, ...risen.flatMap(({ values }) => values));
  const least = Math.min(0, ...risen.flatMap(({ values }) => values));
  const last = stages.at(-1) ?? 1;
  const x = (runs: number): number => left + ((runs - 1) / Math.max(1, last - 1)) * (width - left - right);
  const y = (value: number): number => top + ((most - value) / (most - least)) * (height - top - bottom);
  const spoken = risen.map(({ name, values }) => `${name} ${shown(observable, values.at(-1) ?? 0)}`);
  const label = `${observable} after ${last} runs, beyond those of the first: ${spoken.join(', ')}`;
  const parts = [
    `<line x1="${left}" y1="${round(y(0))}" x2="${width - right}" y2="${round(y(0))}" stroke="currentColor" stroke-opacity="0.4"/>`,
    text(left - 8, y(most) + 4, 'end', shown(observable, most)),
    text(left - 8, y(0) + 4, 'end', '0'),
    ...stages.map((runs) => text(x(runs), height - 18, 'middle', String(runs))),
    text((left + width - right) / 2, height - 4, 'middle', 'runs'),
    ...risen.flatMap(({ name, values }, index) => {
      const colour = colours[index] ?? 'currentColor';
      const points = values.map((value, at) => `${round(x(stages[at] ?? 1))},${round(y(value))}`);
      return [
        `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${index > 0 ? ' stroke-dasharray="5 3"' : ''}/>`,
        text(width - right + 8, y(values.at(-1) ?? 0) + 4 + index, 'start', name, colour),
      ];
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}" font-family="sans-serif" font-size="11">${parts.join('')}</svg>`;
}

function text(x: number, y: number, anchor: string, content: string, fill = 'currentColor'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${fill}">${content}</text>`;
}

function shown(observable: Observable, value: number): string {
  if (observable !== 'heap') return String(Math.round(value));
  return value >= 1_000_000 ? `${(value / 1_000_000).toFixed(1)} MB` : `${Math.round(value / 1000)} kB`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
