/**
 * A client is released twice: by its user and by the function that lent it.
 *
 * **Looks like a leak** A client goes back to its pool twice, so the pool could lend it to two users at once.
 *
 * **Is none because** The pool takes the client back once: it knows its idle clients, and ends them all.
 */
import type { Outcome } from '../../lab/contract.ts';

class Client {
  isEnded = false;

  end(): void {
    this.isEnded = true;
  }
}

class Pool {
  readonly #idle = new Set<Client>();
  made = 0;

  acquire(): Client {
    const [client] = this.#idle;
    if (client) this.#idle.delete(client);
    else this.made++;
    return client ?? new Client();
  }

  release(client: Client): void {
    this.#idle.add(client);
  }

  end(): number {
    const count = this.#idle.size;
    for (const client of this.#idle) client.end();
    this.#idle.clear();
    return count;
  }
}

export async function run(): Promise<Outcome> {
  const pool = new Pool();
  const client = pool.acquire();
  pool.release(client);
  pool.release(client);
  const [one, other] = [pool.acquire(), pool.acquire()];
  for (const each of [one, other]) pool.release(each);
  return { made: pool.made, ended: pool.end(), isShared: one === other };
}
