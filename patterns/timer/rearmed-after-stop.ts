/**
 * A mail worker is stopped while it asks the queue for work, and still plans its next round when the answer comes.
 *
 * **What leaks** The `setTimeout` that a round sets at its end, after `stop()` has cleared the one before.
 *
 * **Why it survives** At the moment of `stop()` the next timer does not exist yet, so there is nothing to clear. The round under way knows nothing of the stop and sets the timer; from then on the worker polls for ever.
 *
 * **How it shows up** Now and then, when the stop falls into a query, a shutdown hangs or a worker thought dead takes jobs from the queue. Tests that start and stop quickly hit it every time.
 *
 * **How to fix** Remember the stop, and check for it after every `await` before starting anything new.
 *
 * **When this is not a leak** If `stop()` waits for the round first and clears afterwards, it finds the new timer too.
 */
import { setImmediate as roundTrip } from 'node:timers/promises';
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Timer set again after the stop',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['OptimalBits/bull#806'],
  hints: [
    'stop() clears the timer. Which one?',
    'What if stop() comes while the worker waits for the queue, and no timer is set?',
    'Set a flag in stop() and return after the await if it is set.',
  ],
  node: '>=22',
} satisfies Pattern;

type Claim = () => Promise<readonly string[]>;

class MailWorker {
  readonly sent: string[] = [];
  readonly #claim: Claim;
  #round: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(claim: Claim) {
    this.#claim = claim;
  }

  start(): void {
    this.#round = this.#poll();
  }

  async #poll(): Promise<void> {
    const mails = await this.#claim();
    this.sent.push(...mails);
    // A queue that had work probably has more; an empty one can wait.
    const pause = mails.length > 0 ? 1 : 30_000;
    this.#timer = setTimeout(() => this.start(), pause); // LEAK: timer
  }

  /** Resolves when no round is under way. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#round;
  }
}

export async function run(): Promise<Outcome> {
  const queued = [['welcome'], ['invoice', 'receipt']];
  const emptied = Promise.withResolvers<void>();
  const worker = new MailWorker(async () => {
    const mails = queued.shift() ?? [];
    if (mails.length === 0) emptied.resolve();
    await roundTrip();
    return mails;
  });

  worker.start();
  await emptied.promise;
  await worker.stop();
  return { sent: worker.sent };
}
