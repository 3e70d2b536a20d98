import type { Observable } from '../../contract.ts';
import type { ProofFile } from '../../oracle/proof-file.ts';
import { UsageError } from '../../shared/usage-error.ts';
import { text } from './svg.ts';

/** Counts of a pattern and its fix after each number of runs. */
export interface Growth {
  readonly runs: readonly number[];
  readonly pattern: readonly number[];
  readonly fix: readonly number[];
}

/**
 * Returns the measured growth of a pair, on the newest Node line that proves it.
 *
 * @param id `timer/interval-never-cleared`
 * @throws UsageError if no proof has the pair
 */
export function growthOf(id: string, observable: Observable, proofs: readonly ProofFile[]): Growth {
  for (const { programs, stages } of proofs.toReversed()) {
    const curveOf = (path: string): readonly number[] | undefined =>
      programs.find((each) => each.path === path)?.curves[observable];
    const [pattern, fix] = [curveOf(`patterns/${id}.ts`), curveOf(`fixes/${id}.ts`)];
    if (pattern && fix) return { runs: stages, pattern, fix };
  }
  throw new UsageError(`no proof of ${id}`, `npm run lab -- prove ${id} --save docs/proofs/node-24.json`);
}

/** The place of both curves, and the words beside them. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** The name of the count. */
  readonly unit: string;
  /** Formats a value for a reader; default the number. */
  readonly shown?: (value: number) => string;
}

/** Draws both curves on one pair of axes, from zero, as parts of a picture. */
export function growthCurves({ runs, pattern, fix }: Growth, frame: Frame): string {
  const { left, top, width, height, unit, shown = String } = frame;
  const most = Math.max(...pattern, ...fix);
  const last = runs.at(-1) ?? 1;
  const x = (run: number): number => Math.round(left + ((run - 1) / (last - 1)) * width);
  const y = (value: number): number => Math.round(top + (1 - value / most) * height);
  const path = (values: readonly number[]): string =>
    values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(runs[index] ?? 1)} ${y(value)}`).join('');
  const words = [
    ['leak', 'the leak', pattern],
    ['fix', 'the fix', fix],
  ] as const;
  return [
    text(left, top - 12, 'start', unit),
    ...[0, most].flatMap((value) => [
      `<path class="grid" d="M${left} ${y(value)}h${width}"/>`,
      text(left - 8, y(value) + 4, 'end', shown(value)),
    ]),
    ...runs.map((run) => text(x(run), top + height + 20, 'middle', String(run))),
    ...words.flatMap(([role, word, values]) => [
      `<path class="curve ${role}" pathLength="1" d="${path(values)}"/>`,
      text(left + width + 8, y(values.at(-1) ?? 0) + 4, 'start', word, role),
    ]),
  ].join('');
}
