/**
 * A clock's timers listen to a signal that clears them, and they can also be cleared by hand.
 *
 * **What leaks** One listener for each timer that was cleared.
 *
 * **Why it survives** The listener is removed when the timer fires. A
 * timer that is cleared never fires, and `clear` knows only the timer.
 *
 * **How it shows up** A debounced search on the session's signal leaves a listener with each key.
 *
 * **How to fix** Remember the listener by its timer, and remove it in `clear`.
 *
 * **When this is not a leak** When the signal lives no longer than the timers.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Cleared timer leaves its abort listener',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['AndersCan/mantaq#235'],
  hints: [
    'Set a timer and clear it. What stays on the signal?',
    'What removes the listener, and when?',
    'Keep a map from timer to listener, and use it in `clear`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Aborted when the session ends. */
const session = new AbortController();

class Clock {
  set(work: () => void, ms: number, signal: AbortSignal): NodeJS.Timeout {
    const stop = (): void => clearTimeout(timer);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      work();
    }, ms);
    signal.addEventListener('abort', stop); // LEAK: listener x3
    return timer;
  }

  clear(timer: NodeJS.Timeout | undefined): void {
    clearTimeout(timer);
  }
}

async function search(clock: Clock, keys: string): Promise<string> {
  const searched = Promise.withResolvers<string>();
  let timer: NodeJS.Timeout | undefined;
  for (let length = 1; length <= keys.length; length++) {
    clock.clear(timer);
    timer = clock.set(() => searched.resolve(keys.slice(0, length)), 1, session.signal);
  }
  return searched.promise;
}

export async function run(): Promise<Outcome> {
  return { searched: await search(new Clock(), 'leak') };
}
