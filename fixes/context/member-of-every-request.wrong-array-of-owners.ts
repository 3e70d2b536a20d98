/**
 * Tried: the owner is deleted with a copy of its context.
 *
 * **Still leaks because** a `Set` finds the object that was added, but no copy of it.
 */
import type { Outcome } from '../../lab/contract.ts';

interface RequestContext {
  readonly id: number;
  readonly trace: Uint8Array;
}

class Client {
  readonly owners = new Set<RequestContext>();

  query(context: RequestContext): number {
    return context.trace.length;
  }
}

class Pool {
  readonly #idle: Client[] = [new Client()];

  acquire(context: RequestContext): Client {
    const client = this.#idle.pop() ?? new Client();
    client.owners.add(context); // LEAK: memory x2
    return client;
  }

  release(client: Client, context: RequestContext): number {
    client.owners.delete({ ...context }); // TRIED: removes the owner
    this.#idle.push(client);
    return context.trace.length;
  }
}

const pool = new Pool();
let requests = 0;

function handle(): number {
  const context = { id: ++requests, trace: new Uint8Array(10_000) };
  const client = pool.acquire(context);
  const rows = client.query(context);
  return rows - pool.release(client, context);
}

export async function run(): Promise<Outcome> {
  return { left: handle() + handle(), isCounted: requests > 0 };
}
