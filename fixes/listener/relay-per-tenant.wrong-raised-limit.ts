/**
 * Tried: the listener limit is raised, so that the warning goes away.
 *
 * **Still leaks because** the limit only says when to warn, and the client keeps every relay that was added.
 */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

/** The only connection of this process; all tenant databases share it. */
const client = new EventEmitter();
// TRIED: no warning any more
client.setMaxListeners(0);

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
