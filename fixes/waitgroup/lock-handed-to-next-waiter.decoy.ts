/**
 * A coat check has one counter, and each guest who
 * leaves it hands it to the next without freeing it.
 *
 * **Looks like a leak** `approach` waits for a promise that no code near it settles, and while a guest
 * queues, `leave` does not unlock at all: if a new holder did nothing, the counter would stay taken for ever.
 *
 * **Is none because** Every guest who got the counter leaves it in a `finally`, even one who cannot
 * pay. `leave` wakes exactly one guest of the queue or, when the queue is empty, clears the flag.
 */
import type { Outcome } from '../../lab/contract.ts';

class Counter {
  readonly #queue: (() => void)[] = [];
  #taken = false;

  get free(): boolean {
    return !this.#taken && this.#queue.length === 0;
  }

  /** Resolves when it is the caller's turn; the counter is theirs until they {@link leave}. */
  async approach(): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#taken = true;
  }

  leave(): void {
    const next = this.#queue.shift();
    if (next) next();
    else this.#taken = false;
  }
}

const coatCheck = new Counter();

async function fetchCoat(guest: string, coins: number): Promise<string> {
  if (coins === 0) throw new RangeError(`${guest} cannot pay`);
  return `${guest} has a coat`;
}

async function collect(guest: string, coins: number): Promise<string> {
  await coatCheck.approach();
  return fetchCoat(guest, coins).finally(() => coatCheck.leave());
}

export async function run(): Promise<Outcome> {
  const guests = await Promise.allSettled([collect('Ada', 2), collect('Emil', 0), collect('Grace', 1)]);
  return {
    guests: guests.map((guest) => (guest.status === 'fulfilled' ? guest.value : String(guest.reason))),
    free: coatCheck.free,
  };
}
