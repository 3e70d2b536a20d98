/**
 * A helper gives work a deadline and an abort signal, and cleans up only the deadline.
 *
 * **What leaks** One `abort` listener for each call, on a signal that lives as long as the process.
 *
 * **Why it survives** The `finally` clears the timer. The listener that would reject the wait stays on the signal,
 * with the promise that it would reject.
 *
 * **How it shows up** `MaxListenersExceededWarning` on a shutdown
 * signal, after eleven calls of a helper that is used everywhere.
 *
 * **How to fix** Remove the listener in the same `finally`.
 *
 * **When this is not a leak** When each call has its own signal.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Timeout cleared but abort listener kept',
  stage: 'unit',
  grows: ['listeners'],
  leaves: 'retained',
  seenThrough: 'listener',
  seenIn: ['sindresorhus/p-timeout#42'],
  hints: [
    'Two things were set up. How many are taken down?',
    'The signal outlives the call.',
    'Call `removeEventListener` beside `clearTimeout`.',
  ],
  node: '>=22',
} satisfies Pattern;

/** Aborted once, when the process is told to stop. */
const shutdown = new AbortController();

async function withDeadline<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T> {
  const failed = Promise.withResolvers<never>();
  const timer = setTimeout(() => failed.reject(new Error('too late')), ms);
  const stop = (): void => failed.reject(signal.reason);
  signal.addEventListener('abort', stop); // LEAK: listener x2
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
