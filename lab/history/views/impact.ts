import type { CauseHistory, History } from '../cause-history.ts';

/** The measured harm of an open cause. */
export interface Impact {
  /** From 1. */
  readonly rank: number;
  readonly cause: CauseHistory;
  /** True if the line is in the package, false if it is only in a test. */
  readonly isInPackage: boolean;
  /** The bytes that each run of the work adds; absent where growth was not measured. */
  readonly bytesPerRun?: number;
  /** The resources that one run of the tests held in the last week; 0 for retained memory. */
  readonly held: number;
}

/**
 * Returns the open causes by their harm: those of the package before those of tests, then by the better of two
 * places, that among all causes by growth and that by what is held.
 */
export function impactOf({ causes }: History): readonly Impact[] {
  const open = causes.filter(({ fixed }) => !fixed).map((cause) => ({ cause, ...measured(cause) }));
  const byGrowth = placesOf(open.map(({ bytesPerRun = 0 }) => bytesPerRun));
  const byHeld = placesOf(open.map(({ held }) => held));
  const placed = open.map((each, at) => {
    const places = [byGrowth[at] ?? Infinity, byHeld[at] ?? Infinity].toSorted((a, b) => a - b);
    return { each, places };
  });
  const better = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1);
  return placed
    .toSorted(
      (a, b) =>
        Number(b.each.isInPackage) - Number(a.each.isInPackage) ||
        better(a.places[0] ?? Infinity, b.places[0] ?? Infinity) ||
        better(a.places[1] ?? Infinity, b.places[1] ?? Infinity) ||
        (a.each.cause.cause < b.each.cause.cause ? -1 : 1),
    )
    .map(({ each }, index): Impact => ({ rank: index + 1, ...each }));
}

function measured(cause: CauseHistory): Omit<Impact, 'rank' | 'cause'> {
  const { bytesPerRun } = cause.facts ?? {};
  return {
    isInPackage: !cause.isInTest,
    ...(bytesPerRun !== undefined && { bytesPerRun }),
    held: cause.kind === 'memory' ? 0 : (cause.weeks.at(-1)?.count ?? 0),
  };
}

/** Returns the place of each value, from 1 for the largest; equal values share one, and 0 has none. */
function placesOf(values: readonly number[]): readonly number[] {
  const falling = values.toSorted((a, b) => b - a);
  const places = new Map<number, number>();
  for (const [index, value] of falling.entries())
    if (value > 0 && !places.has(value)) places.set(value, index + 1);
  return values.map((value) => places.get(value) ?? Infinity);
}
