// taken at load, before a test installs fake ones
const { setImmediate, setTimeout } = globalThis;

/** How long what is about to end may take before it is called a leak. */
export interface Budget {
  /**
   * The sum of the pauses between looks, in ms; default 1000 (goleak: 430). Only the pauses that were
   * asked for count, so a busy machine gets as many looks as an idle one.
   */
  readonly ms: number;
}

const turns = 5;
const longestPause = 100;

let isOurs = false;

/** Whether it is us who asks for a turn of the event loop at this moment: nobody's handle, and too many for stacks. */
export function isTurning(): boolean {
  return isOurs;
}

/** One turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    isOurs = true;
    setImmediate(resolve);
    isOurs = false;
  });
}

/** So many turns as most clean-up takes that nobody awaits, and finalizers after a collection. */
export async function someTurns(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Looks again and again until nothing is left or the budget is used up: after a few turns of the event
 * loop first, where most clean-up that nobody awaits is done, then after pauses that double.
 *
 * @returns whether nothing is left
 */
export async function settle(isQuiet: () => boolean, budget: Budget): Promise<boolean> {
  await someTurns();
  if (isQuiet()) return true;
  let spent = 0;
  for (let ms = 1; spent < budget.ms; ms = Math.min(ms * 2, longestPause)) {
    await pause(Math.min(ms, budget.ms - spent));
    spent += ms;
    if (isQuiet()) return true;
  }
  return false;
}
