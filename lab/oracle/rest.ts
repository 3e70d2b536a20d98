/** When a process is at rest: when what can be read cheaply stays the same. */
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/** The longest that a process may take to come to rest, in ms; what has not by then is read as it is. */
const budget = 1000;

/** How many glances in a row must be the same. */
const quietGlances = 3;

/** Turns of the event loop first, then ever longer sleeps until some readings in a row are the same. */
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

/** Waits until nothing has changed for so long (ms), at most `most` ms. */
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
