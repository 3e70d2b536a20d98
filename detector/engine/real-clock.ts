// taken at load: tests install clocks that stand still or jump ahead
const real = performance.now.bind(performance);

/** Returns the ms since the process began, by the real clock. */
export function now(): number {
  return real();
}
