/**
 * A coat check has one counter, and whoever leaves it hands it to the next in the queue without ever freeing
 * it.
 *
 * **Looks like a leak** `approach` waits for a promise that no code near it settles, and while somebody
 * queues, `leave` doesn't unlock at all: a counter whose new holder took no notice would stay taken for ever.
 *
 * **Is none because** Everybody who got the counter leaves in a `finally`, a guest who can't pay included.
 * `leave` wakes exactly one of the queue or, when nobody is left, clears the flag.
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
