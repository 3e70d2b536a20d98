/** Fixed: clearing a timer removes its listener. */
import type { Outcome } from '../../lab/contract.ts';

/** Aborted when the session ends. */
const session = new AbortController();

class Clock {
  readonly #forget = new WeakMap<NodeJS.Timeout, () => void>(); // FIX: removals by timer

  set(work: () => void, ms: number, signal: AbortSignal): NodeJS.Timeout {
    const stop = (): void => clearTimeout(timer);
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      work();
    }, ms);
    signal.addEventListener('abort', stop);
    this.#forget.set(timer, () => signal.removeEventListener('abort', stop)); // FIX: for `clear`
    return timer;
  }

  clear(timer: NodeJS.Timeout | undefined): void {
    clearTimeout(timer);
    if (timer) this.#forget.get(timer)?.(); // FIX: the timer won't fire
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
