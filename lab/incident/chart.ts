/** A curve of a chart: values over time, in ms, each with the letter that draws it. */
export interface Line {
  readonly letter: string;
  readonly points: readonly (readonly [at: number, value: number])[];
}

/** A level that is drawn as a dotted line. */
export interface Level {
  readonly value: number;
}

export interface Frame {
  /** Columns of the picture, without its scale. */
  readonly width: number;
  readonly height: number;
  /** The time at the right edge, in ms. */
  readonly until: number;
}

const scaleWidth = 7;

/**
 * Draws curves with letters, on a logarithmic scale: 24 callers and 3,600 fit on one picture. Where two curves meet,
 * the later one is drawn.
 *
 * @returns one line of text a row, the scale on the left
 */
export function chart(lines: readonly Line[], levels: readonly Level[], frame: Frame): string[] {
  const { width, height, until } = frame;
  const most = Math.max(
    10,
    ...lines.flatMap(({ points }) => points.map(([, value]) => value)),
    ...levels.map(({ value }) => value),
  );
  const rowOf = (value: number): number =>
    height - 1 - Math.round((Math.log10(Math.max(1, value)) / Math.log10(most)) * (height - 1));
  const cells = Array.from({ length: height }, () => Array.from({ length: width }, () => ' '));
  for (const { value } of levels) cells[rowOf(value)]?.fill('·');
  for (const { letter, points } of lines) {
    for (const [at, value] of points) {
      const column = Math.min(width - 1, Math.floor((at / until) * width));
      const row = cells[rowOf(value)];
      if (row) row[column] = letter;
    }
  }
  return cells.map((row, index) => {
    const value = 10 ** (((height - 1 - index) / (height - 1)) * Math.log10(most));
    const isMarked = index % 3 === 0 || index === height - 1;
    return `${(isMarked ? rounded(value) : '').padStart(scaleWidth)} │${row.join('')}`.trimEnd();
  });
}

/** Returns a count for people: 3,600. */
export function rounded(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
