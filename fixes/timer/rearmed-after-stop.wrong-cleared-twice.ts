/**
 * Tried: the timer is cleared again when the round is over.
 *
 * **Still leaks because** the round sets its timer after the second clearing, because it resumes together with its caller.
 */
import { setImmediate as roundTrip } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

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
    // TRIED: once more, at the end of the round
    void this.#round.then(() => undefined);
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
