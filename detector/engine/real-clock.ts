// taken at load: tests install clocks that stand still or are wound ahead
const real = performance.now.bind(performance);

/** ms since the process began, by the real clock. */
export function now(): number {
  return real();
}
