/** Share `k` of `n`, with the interval in which the true share lies in 95 of 100 cases. */
export interface Rate {
  readonly k: number;
  readonly n: number;
  /** `k / n`; null if nothing was counted. */
  readonly rate: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Quantile of the normal distribution for 95%. */
const z = 1.959_963_984_540_054;

/** Returns a share with its Wilson interval, which holds for small numbers too, and never leaves 0 to 1. */
export function rateOf(k: number, n: number): Rate {
  if (n === 0) return { k, n, rate: null, low: null, high: null };
  const p = k / n;
  const middle = (p + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z / (1 + (z * z) / n)) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return {
    k,
    n,
    rate: rounded(p),
    low: k === 0 ? 0 : rounded(middle - half),
    high: k === n ? 1 : rounded(middle + half),
  };
}

/** Rounds to four digits: more would be noise, and would differ between engines. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
