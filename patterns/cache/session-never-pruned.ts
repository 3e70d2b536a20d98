/**
 * A store of sessions deletes an expired one when it is asked for, and most visitors never come back.
 *
 * **What leaks** The session of each visitor who came once.
 *
 * **Why it survives** Expiry is checked on reading. A session that nobody reads again is not read, so it is never
 * found expired, and the map keeps it.
 *
 * **How it shows up** Crawlers make a session with each request; the heap grows by the number of visits, not of
 * visitors.
 *
 * **How to fix** Prune what has expired whenever one is added, or keep a limited number.
 *
 * **When this is not a leak** When every session is closed by its owner.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Sessions that are looked at only when they come back',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['intrafind/ihub-apps#1006'],
  hints: [
    'A visitor comes once. Who deletes the session?',
    'The time to live is looked at in `get` alone.',
    'Delete what has expired in `create` as well.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Session {
  readonly expires: number;
  readonly basket: Uint8Array;
}

class SessionStore {
  readonly #sessions = new Map<string, Session>();
  #now = 0;

  create(id: string): Session {
    const session = { expires: this.#now + 1, basket: new Uint8Array(16_384) };
    this.#sessions.set(id, session); // LEAK: memory x2
    return session;
  }

  get(id: string): Session | undefined {
    const session = this.#sessions.get(id);
    if (session && session.expires > this.#now) return session;
    this.#sessions.delete(id);
    return undefined;
  }

  /** A minute goes by. */
  tick(): void {
    this.#now++;
  }
}

const store = new SessionStore();
let visits = 0;

export async function run(): Promise<Outcome> {
  const [crawler, returning] = [`visitor ${++visits}`, `visitor ${++visits}`];
  const isOpen = store.create(crawler).basket.length > 0 && store.create(returning).basket.length > 0;
  const during = store.get(returning) !== undefined;
  store.tick();
  store.tick();
  return { isOpen, during };
}
