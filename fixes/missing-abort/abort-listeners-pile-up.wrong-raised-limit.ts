/**
 * Tried: the signal's limit of listeners is raised.
 *
 * **Still leaks because** the limit only says when to warn, and the listeners stay.
 */
import { setMaxListeners } from 'node:events'; // TRIED: no warning
import type { Outcome } from '../../lab/contract.ts';

const ATTEMPTS = 3;

/** Aborted once, when the process is told to stop. */
const shutdown = new AbortController();
setMaxListeners(0, shutdown.signal); // TRIED: no warning
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
