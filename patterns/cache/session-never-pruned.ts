/**
 * A session store deletes an expired session when the session is read, and most visitors never come back.
 *
 * **What leaks** The session of each visitor who never comes back.
 *
 * **Why it survives** Expiry is only checked on reading. A session that is never read again is never found to be
 * expired, and the map keeps it.
 *
 * **How it shows up** Crawlers make a session with each request; the heap grows with the number of visits, not of
 * visitors.
 *
 * **How to fix** Prune expired sessions whenever one is added, or keep a limited number.
 *
 * **When this is not a leak** When every session is closed by its owner.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Expired sessions deleted on reading only',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['intrafind/ihub-apps#1006'],
  hints: [
    'A visitor comes once. Which call deletes the session?',
    'Only `get` checks the time to live.',
    'Delete expired sessions in `create` too.',
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

  /** Advances the store's clock by one minute. */
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
