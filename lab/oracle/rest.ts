/** Waits until a process is at rest, which means that the cheap readings stay the same. */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** Longest wait for rest, in ms; afterwards the process is read as it is. */
const budget = 1000;

/** Number of equal glances in a row that mean rest. */
const quietGlances = 3;

/** Waits some turns of the event loop, then ever longer, until some readings in a row are the same. */
export async function settle(glance: () => string): Promise<void> {
  const end = performance.now() + budget;
  for (let turns = 0; turns < 5; turns++) await turn();
  let seen = glance();
  let same = 1;
  for (let pause = 10; same < quietGlances && performance.now() < end; pause = Math.min(2 * pause, 100)) {
    await sleep(pause);
    const now = glance();
    same = now === seen ? same + 1 : 1;
    seen = now;
  }
}

/** Waits until nothing has changed for `quiet` ms, at most `most` ms. */
export async function waitUntilUnchanged(glance: () => string, quiet: number, most: number): Promise<void> {
  const end = performance.now() + most;
  let seen = glance();
  let since = performance.now();
  while (performance.now() - since < quiet && performance.now() < end) {
    await sleep(50);
    const now = glance();
    if (now !== seen) since = performance.now();
    seen = now;
  }
}
