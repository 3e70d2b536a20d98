/**
 * Tried: a stopped consumer is not started again.
 *
 * **Still leaks because** the timer waits all the same, and keeps
 * the process and the consumer alive until it fires for nothing.
 */
import type { Outcome } from '../../lab/contract.ts';

const pause = 30_000;

class Consumer {
  #runner: { readonly topic: string } | undefined;
  readonly log: string[] = [];

  start(): void {
    this.#runner = { topic: 'orders' };
    this.log.push('started');
  }

  crash(problem: string): void {
    this.#runner = undefined;
    this.log.push(problem);
    // TRIED: checks first
    setTimeout(() => this.#again(), pause); // LEAK: timer
  }

  // TRIED: does nothing after a stop
  #again(): void {
    if (this.log.at(-1) !== 'stopped') this.start();
  }

  stop(): void {
    if (this.#runner) this.log.push('stopped');
    this.#runner = undefined;
  }
}

export async function run(): Promise<Outcome> {
  const steady = new Consumer();
  steady.start();
  steady.stop();
  const unlucky = new Consumer();
  unlucky.start();
  unlucky.crash('broker gone');
  unlucky.stop();
  return { steady: steady.log, unlucky: unlucky.log };
}
