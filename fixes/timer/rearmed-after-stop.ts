/** Fixed: after its only await a round checks whether the worker was stopped meanwhile, and then plans no other round. */
import { setImmediate as roundTrip } from 'node:timers/promises';
import type { Outcome } from '../../lab/contract.ts';

type Claim = () => Promise<readonly string[]>;

class MailWorker {
  readonly sent: string[] = [];
  readonly #claim: Claim;
  #round: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false; // FIX: remember the stop

  constructor(claim: Claim) {
    this.#claim = claim;
  }

  start(): void {
    this.#round = this.#poll();
  }

  async #poll(): Promise<void> {
    const mails = await this.#claim();
    this.sent.push(...mails);
    if (this.#stopped) return; // FIX: stop() may have come during the await
    // A queue that had work probably has more; an empty one can wait.
    const pause = mails.length > 0 ? 1 : 30_000;
    this.#timer = setTimeout(() => this.start(), pause);
  }

  /** Resolves when no round is under way. */
  async stop(): Promise<void> {
    this.#stopped = true; // FIX: for a round under way to see
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
