/** Fixed: a request is removed when its client is released. */
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
    client.owners.add(context);
    return client;
  }

  release(client: Client, context: RequestContext): number {
    client.owners.delete(context); // FIX: the client has no owner now
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
