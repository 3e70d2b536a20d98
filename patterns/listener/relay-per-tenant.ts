/**
 * A shop opens a handle on its tenant's database for each request, and each handle relays the events of the one
 * shared client.
 *
 * **What leaks** One listener on the shared client for each request, and the handle that the listener relays to.
 *
 * **Why it survives** The client lives as long as the process and keeps its listeners. A handle is never closed, and
 * the relay is an anonymous function that no code can remove.
 *
 * **How it shows up** `MaxListenersExceededWarning` after eleven requests, and a heap that grows with the number of
 * requests. A lost connection then takes seconds, because thousands of handles are notified.
 *
 * **How to fix** Remove the relay when the request is over, or keep one handle for each tenant.
 *
 * **When this is not a leak** When each tenant has one handle, so that there are only as many relays as tenants.
 */
import { EventEmitter } from 'node:events';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Relay per request never removed',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['Automattic/mongoose#10762'],
  hints: [
    'Serve the same tenant twice. How many handles are there?',
    'The client is shared. What does each new handle leave on it?',
    'Let the handle remove its relay, and close the handle when the request is over.',
  ],
  node: '>=22',
} satisfies Pattern;

/** The only connection of this process; all tenant databases share it. */
const client = new EventEmitter();

class TenantDatabase extends EventEmitter {
  readonly #orders: readonly string[];
  isOpen = true;

  constructor(tenant: string) {
    super();
    this.#orders = [`${tenant}-1`, `${tenant}-2`];
    this.once('close', () => (this.isOpen = false));
    client.on('close', () => this.emit('close')); // LEAK: listener x3
  }

  orders(): readonly string[] {
    return this.#orders;
  }
}

function useDatabase(tenant: string): TenantDatabase {
  return new TenantDatabase(tenant);
}

function countOrders(tenant: string): number {
  const database = useDatabase(tenant);
  return database.isOpen ? database.orders().length : 0;
}

export async function run(): Promise<Outcome> {
  return { bakery: countOrders('bakery'), florist: countOrders('florist'), again: countOrders('bakery') };
}
