/** Fixed: closing settles the watchers and clears their timers. */
import type { Outcome } from '../../lab/contract.ts';

type State = 'connecting' | 'ready' | 'closed';

interface Watcher {
  readonly settle: (state: State) => void;
  readonly timer: NodeJS.Timeout;
}

class Channel {
  #state: State = 'connecting';
  readonly #watchers: Watcher[] = [];

  waitForReady(deadline: number): Promise<State> {
    if (this.#state !== 'connecting') return Promise.resolve(this.#state);
    return new Promise((settle) => {
      const timer = setTimeout(() => settle(this.#state), deadline);
      this.#watchers.push({ settle, timer });
    });
  }

  connected(): void {
    this.#state = 'ready';
    this.#tellAll();
  }

  close(): State {
    this.#state = 'closed';
    this.#tellAll(); // FIX: no other change will come
    return this.#state;
  }

  #tellAll(): void {
    for (const { settle, timer } of this.#watchers.splice(0)) {
      clearTimeout(timer);
      settle(this.#state);
    }
  }
}

export async function run(): Promise<Outcome> {
  const used = new Channel();
  const ready = used.waitForReady(60_000);
  used.connected();
  const unused = new Channel();
  void unused.waitForReady(60_000);
  return { states: [await ready, used.close(), unused.close()] };
}
