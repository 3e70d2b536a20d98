import { rounded } from './chart.ts';
import type { Gauge, Phase } from './incidents.ts';
import type { Course, Replay } from './run-incident.ts';

/** The letter of each variant, in the order of the incident. */
export const letters = ['A', 'B', 'C', 'D'] as const;

export const phaseWords: Readonly<Record<Phase, string>> = {
  healthy: 'while all is well',
  ill: 'during the incident',
  healed: 'after it',
};

/** Returns a measured count beside the expected one: `3,602 of 3,600 expected`. */
export function beside(measured: number, expected: number | undefined): string {
  return expected === undefined ? rounded(measured) : `${rounded(measured)} of ${rounded(expected)}`;
}

/** Returns the farthest distance from an expected count during the incident, as a share; 0 where none is expected. */
export function farthest({ courses }: Replay): number {
  const shares = courses.flatMap(({ figures }) =>
    (['waiting', 'other'] as const).flatMap((gauge) => {
      const { expected, [gauge]: measured } = figures.phases.ill;
      const value = expected[gauge];
      return value === undefined || value === 0 ? [] : [Math.abs(measured - value) / value];
    }),
  );
  return Math.max(0, ...shares);
}

/** Returns how a count came back after the incident: `after 12.6 s`. */
export function recovery({ figures }: Course, gauge: Gauge): string {
  const ms = figures.recovered[gauge];
  return ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`;
}

/** Returns what the detector says: a count, a kind and a line for each finding. */
export function seenBy({ seen }: Course): string {
  if (seen.length === 0) return 'nothing leaks';
  return seen
    .map(({ kind, count, at }) => `${count} ${kind}${at === undefined ? '' : ` at ${at}`}`)
    .join(', ');
}
