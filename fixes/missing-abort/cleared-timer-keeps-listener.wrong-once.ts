/**
 * Tried: the listener is added with `once`.
 *
 * **Still leaks because** the listener removes itself only when the signal aborts, at the very end of the session.
 */
import type { Outcome } from '../../lab/contract.ts';

/** Aborted when the session ends. */
const session = new AbortController();

class Clock {
  set(work: () => void, ms: number, signal: AbortSignal): NodeJS.Timeout {
    const stop = (): void => clearTimeout(timer);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      work();
    }, ms);
    signal.addEventListener('abort', stop, { once: true }); // TRIED: removes itself // LEAK: listener x3
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
