/**
 * An export listens to a composed signal, which Node keeps alive for as long as it has a listener.
 *
 * **What leaks** For each export one signal made by `AbortSignal.any`, its listener, and the cursor with the rows
 * that the listener would close.
 *
 * **Why it survives** Only the export has a reference to the composed signal, but Node
 * holds such a signal strongly from its first listener to its last, so that the event
 * cannot get lost. The process-wide source never aborts, so that listener is never removed.
 *
 * **How it shows up** The heap grows with every export, and no warning comes: each signal has only one listener.
 *
 * **How to fix** Remove the listener from the composed signal when
 * the export is over. Without a listener the signal is collected.
 *
 * **When this is not a leak** When all sources of the composed
 * signal are collected with the request, or one of them does abort.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Composed signal kept alive by its listener',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['nodejs/node#55328'],
  hints: [
    'An export is over and its client satisfied. What can still reach its cursor?',
    'Node keeps a composed signal while it has a listener and one of its sources lives.',
    'Remove the listener from the composed signal in the finally.',
  ],
  node: '>=22',
} satisfies Pattern;

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
  cancelled.addEventListener('abort', cancel, { once: true }); // LEAK: listener x2
  const lines = ['order,total'];
  try {
    for (let page = await cursor.nextPage(); page; page = await cursor.nextPage()) lines.push(...page);
    return lines.join('\n');
  } finally {
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
