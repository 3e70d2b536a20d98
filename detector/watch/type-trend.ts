import { Growth, type GrowthBounds } from './growth.ts';

/** The lengths at which a count is judged, in windows: a slow leak shows only over long ones. */
const lengths = [1, 6, 36] as const;

interface Stretch {
  readonly length: number;
  readonly growth: Growth;
  least: number;
  windows: number;
}

/**
 * The trend of one type's count, judged over windows of several lengths.
 *
 * Each window counts by its least value, which bursts of load don't raise.
 */
export class TypeTrend {
  readonly #stretches: readonly Stretch[];
  #least = Infinity;
  latest = 0;

  constructor(bounds: GrowthBounds) {
    this.#stretches = lengths.map((length) => ({
      length,
      growth: new Growth(bounds),
      least: Infinity,
      windows: 0,
    }));
  }

  /** Takes a count within the window. */
  note(count: number): void {
    this.latest = count;
    this.#least = Math.min(this.#least, count);
  }

  /** Ends the window. */
  endWindow(): void {
    const value = Number.isFinite(this.#least) ? this.#least : 0;
    this.#least = Infinity;
    for (const stretch of this.#stretches) {
      stretch.least = Math.min(stretch.least, value);
      stretch.windows += 1;
      if (stretch.windows < stretch.length) continue;
      stretch.growth.add(stretch.least);
      stretch.least = Infinity;
      stretch.windows = 0;
    }
  }

  /** Forgets the window under way, in which counts are missing. */
  skipWindow(): void {
    this.#least = Infinity;
  }

  /** The shortest length over which the count grows, in windows; undefined if it doesn't. */
  get growsOver(): number | undefined {
    return this.#stretches.find(({ growth }) => growth.isGrowing)?.length;
  }
}
