/**
 * A caller waits with a deadline until a channel is ready, and closing the channel does not settle the wait.
 *
 * **What leaks** The deadline timer of each watcher, and the caller who waits.
 *
 * **Why it survives** `close` only changes the state. The watchers are notified
 * of a change to `ready` alone, and only their entries hold the timers.
 *
 * **How it shows up** Shutting down takes as long as the longest deadline, sometimes minutes.
 *
 * **How to fix** Settle and clear all watchers in `close`.
 *
 * **When this is not a leak** When a closed channel can be opened again, and its watchers wait for that.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: "Watcher's deadline survives the channel's close",
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['googleapis/nodejs-pubsub#1190'],
  hints: [
    'Who notifies the watchers of a channel that is closed?',
    'Look at what `close` changes, and what it leaves.',
    'Go through the watchers in `close`: clear each timer and settle its promise.',
  ],
  node: '>=22',
} satisfies Pattern;

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
      const timer = setTimeout(() => settle(this.#state), deadline); // LEAK: timer
      this.#watchers.push({ settle, timer });
    });
  }

  connected(): void {
    this.#state = 'ready';
    this.#tellAll();
  }

  close(): State {
    this.#state = 'closed';
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
