/**
 * A tracer binds each request to the client that it uses, and the client goes back to its pool.
 *
 * **What leaks** The context of each request, on the one client that served them all.
 *
 * **Why it survives** The client keeps a set of its owners, to report errors to them. Nothing removes a request when
 * the client is released, and the client lives as long as the pool.
 *
 * **How it shows up** The heap grows with the number of requests, and is freed when the database closes the
 * connection.
 *
 * **How to fix** Remove the request when the client is released.
 *
 * **When this is not a leak** When each client serves one request and is closed.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Request kept by its pooled client',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['brianc/node-postgres#567'],
  hints: [
    'The request is over and its client is back in the pool. What holds the request?',
    'Compare what acquiring adds with what releasing removes.',
    'Remove the owner in `release`.',
  ],
  node: '>=22',
} satisfies Pattern;

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
