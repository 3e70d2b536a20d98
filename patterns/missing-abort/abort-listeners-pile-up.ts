/**
 * Each webhook delivery listens for the shutdown of the process and keeps listening after it is done.
 *
 * **What leaks** One `abort` listener for each delivery, with the promise and the webhook it would cancel.
 *
 * **Why it survives** The signal belongs to the process and lives as long. `{ once: true }`
 * removes a listener after the event, and this event comes at most once, at the very end.
 *
 * **How it shows up** First as `MaxListenersExceededWarning: … 11 abort listeners added to [AbortSignal]`, then
 * as a heap that grows with every delivery. Adding a listener gets slower, too.
 *
 * **How to fix** Remove the listener in the `finally` of the delivery.
 *
 * **When this is not a leak** When the signal belongs to the delivery alone: both are collected together.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Abort listeners pile up on shared signal',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['sindresorhus/p-retry#71', 'kaeawc/auto-mobile#6138', 'piscinajs/piscina@47505df'],
  hints: [
    'Which object here outlives all deliveries?',
    '`once` means at most one call. What if the event never comes?',
    'Remove the listener in the finally, whatever the outcome of the delivery.',
  ],
  node: '>=22',
} satisfies Pattern;

const ATTEMPTS = 3;

/** Aborted once, when the process is told to stop. */
const shutdown = new AbortController();
const inFlight = new Set<string>();

interface Receipt {
  readonly webhook: string;
  readonly status: number;
  readonly attempts: number;
}

async function deliver(webhook: string, post: () => Promise<number>, signal: AbortSignal): Promise<Receipt> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true }); // LEAK: listener x3
  inFlight.add(webhook);
  try {
    for (let attempts = 1; ; attempts++) {
      const status = await Promise.race([post(), stopped.promise]);
      if (status < 500 || attempts === ATTEMPTS) return { webhook, status, attempts };
    }
  } finally {
    inFlight.delete(webhook);
  }
}

/** Returns a receiver that answers with these statuses in turn. */
function answering(...statuses: number[]): () => Promise<number> {
  return async () => statuses.shift() ?? 200;
}

export async function run(): Promise<Outcome> {
  const receipts = await Promise.all([
    deliver('order.paid', answering(204), shutdown.signal),
    deliver('order.sent', answering(503, 502, 200), shutdown.signal),
    deliver('order.lost', answering(500, 500, 500), shutdown.signal),
  ]);
  return {
    receipts: receipts.map(({ webhook, status, attempts }) => `${webhook} ${status} after ${attempts}`),
    inFlight: inFlight.size,
  };
}
