/** Fixed: a handle is closed with its request, and removes its relay. */
import { EventEmitter } from 'node:events';
import type { Outcome } from '../../lab/contract.ts';

/** The only connection of this process; all tenant databases share it. */
const client = new EventEmitter();

class TenantDatabase extends EventEmitter {
  readonly #orders: readonly string[];
  isOpen = true;

  constructor(tenant: string) {
    super();
    this.#orders = [`${tenant}-1`, `${tenant}-2`];
    this.once('close', () => (this.isOpen = false));
    client.on('close', this.#relay); // FIX: a function that can be removed
  }

  readonly #relay = (): boolean => this.emit('close');

  // FIX: removes the relay
  close(): void {
    client.off('close', this.#relay);
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
  const count = database.isOpen ? database.orders().length : 0;
  database.close(); // FIX: with the request
  return count;
}

export async function run(): Promise<Outcome> {
  return { bakery: countOrders('bakery'), florist: countOrders('florist'), again: countOrders('bakery') };
}
