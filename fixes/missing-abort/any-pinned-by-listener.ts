/** Fixed: the export removes its listener from the composed signal, so Node no longer holds the signal. */
import type { Outcome } from '../../lab/contract.ts';

/** Aborted once, when the server is told to stop. */
const shutdown = new AbortController();

class OrderCursor {
  readonly #pages: string[][];
  closed = false;

  constructor(...pages: string[][]) {
    this.#pages = pages;
  }

  async nextPage(): Promise<string[] | undefined> {
    return this.closed ? undefined : this.#pages.shift();
  }

  close(): void {
    this.closed = true;
  }
}

async function exportOrders(cursor: OrderCursor, clientGone: AbortSignal): Promise<string> {
  const cancelled = AbortSignal.any([shutdown.signal, clientGone]);
  const cancel = () => cursor.close();
  cancelled.addEventListener('abort', cancel, { once: true });
  const lines = ['order,total'];
  try {
    for (let page = await cursor.nextPage(); page; page = await cursor.nextPage()) lines.push(...page);
    return lines.join('\n');
  } finally {
    cancelled.removeEventListener('abort', cancel); // FIX: nothing keeps the signal now
    cursor.close();
  }
}

export async function run(): Promise<Outcome> {
  const march = new OrderCursor(['1001,20.00', '1002,35.50'], ['1003,12.00']);
  const april = new OrderCursor(['1004,99.90']);
  const exports = await Promise.all([
    exportOrders(march, new AbortController().signal),
    exportOrders(april, new AbortController().signal),
  ]);
  return { exports, closed: [march.closed, april.closed] };
}
