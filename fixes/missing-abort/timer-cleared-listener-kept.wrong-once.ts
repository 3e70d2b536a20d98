/**
 * Tried: the listener is added with `once`.
 *
 * **Still leaks because** the listener removes itself only when the signal aborts, which this signal never does.
 */
import type { Outcome } from '../../lab/contract.ts';

/** Aborted once, when the process is told to stop. */
const shutdown = new AbortController();

async function withDeadline<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const failed = Promise.withResolvers<never>();
  const timer = setTimeout(() => failed.reject(new Error('too late')), ms);
  const stop = (): void => failed.reject(signal.reason);
  signal.addEventListener('abort', stop, { once: true }); // TRIED: removes itself // LEAK: listener x2
  try {
    return await Promise.race([work, failed.promise]);
  } finally {
    clearTimeout(timer);
  }
}

export async function run(): Promise<Outcome> {
  const quick = await withDeadline(Promise.resolve('done'), 60_000, shutdown.signal);
  const slow = await withDeadline(new Promise<string>(() => {}), 1, shutdown.signal).catch(
    (error: Error) => error.message,
  );
  return { quick, slow };
}
