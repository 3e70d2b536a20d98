// taken at load, before a test installs fake timers
const { clearTimeout, Promise, setImmediate, setTimeout } = globalThis;

/** The time in which resources must end, or they are leaks. */
export interface Budget {
  /**
   * The sum of the pauses between looks, in ms.
   *
   * Pauses count by the ms that were asked for, so a busy machine gets as many looks as an idle one.
   */
  readonly ms: number;
}

const turns = 5;
const longestPause = 100;

let isOurs = false;

/** Reports whether the detector itself schedules a turn of the event loop now; its handle is not recorded. */
export function isTurning(): boolean {
  return isOurs;
}

/** Makes a handle that is not recorded: a turn of the event loop that the detector or a test runner takes. */
export function unrecorded<Handle>(make: () => Handle): Handle {
  isOurs = true;
  try {
    return make();
  } finally {
    isOurs = false;
  }
}

/** Waits for one turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void unrecorded(() => setImmediate(resolve)));
}

/** Waits until the event loop has read the clock anew: timers of what runs next count from then. */
export function freshLoopTime(): Promise<void> {
  // not an immediate: after one, the loop looks for due timers, and may call one that nothing waits for
  return new Promise((resolve) => void unrecorded(() => setTimeout(resolve, 1)));
}

/** Returns the event loop's own time, by which Node's timers are due; there is no public way to ask. */
export function loopTime(): number | undefined {
  const timer = unrecorded(() => setTimeout(() => {}, longestPause));
  clearTimeout(timer);
  return '_idleStart' in timer && typeof timer._idleStart === 'number' ? timer._idleStart : undefined;
}

/** Waits a few turns of the event loop, for clean-up without an await and for finalizers after a collection. */
export async function someTurns(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Looks again and again until nothing is open or the budget is used up.
 *
 * The first look comes after a few turns of the event loop, when most clean-up without an await is done. The others
 * come after pauses that double.
 *
 * @param meanwhile is called after each pause and may do what spares the others
 * @returns true if nothing is open
 */
export async function settle(
  isQuiet: () => boolean,
  budget: Budget,
  meanwhile?: () => Promise<void> | undefined,
): Promise<boolean> {
  await someTurns();
  if (isQuiet()) return true;
  let spent = 0;
  for (let ms = 1; spent < budget.ms; ms = Math.min(ms * 2, longestPause)) {
    await pause(Math.min(ms, budget.ms - spent));
    spent += ms;
    if (isQuiet()) return true;
    const done = meanwhile?.();
    if (!done) continue;
    await done;
    if (isQuiet()) return true;
  }
  return false;
}
