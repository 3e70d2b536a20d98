/** Fixed: expired sessions are deleted when a new session is created. */
import type { Outcome } from '../../lab/contract.ts';

interface Session {
  readonly expires: number;
  readonly basket: Uint8Array;
}

class SessionStore {
  readonly #sessions = new Map<string, Session>();
  #now = 0;

  create(id: string): Session {
    // FIX: nothing else ever checks old sessions
    for (const [old, { expires }] of this.#sessions) if (expires <= this.#now) this.#sessions.delete(old);
    const session = { expires: this.#now + 1, basket: new Uint8Array(16_384) };
    this.#sessions.set(id, session);
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
