/**
 * A consumer that has crashed plans to start again later, and is stopped meanwhile.
 *
 * **What leaks** The timer of the restart, and the consumer that it starts.
 *
 * **Why it survives** `stop` ends the runner, and at that moment there is no runner. The timer was not kept, so no code can clear it.
 *
 * **How it shows up** A service that was stopped in the middle of an outage starts again by itself.
 *
 * **How to fix** Keep the timer and clear it in `stop`.
 *
 * **When this is not a leak** When a start first checks whether it is still wanted, and the wait is short.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Planned restart survives the stop',
  stage: 'unit',
  grows: ['handles'],
  leaves: 'retained',
  seenThrough: 'loop handle',
  seenIn: ['tulios/kafkajs@3b74924'],
  hints: [
    'The consumer has crashed and is stopped. What is still planned?',
    '`stop` ends the runner. Is there one?',
    'Store the timer, and clear it in `stop`.',
  ],
  node: '>=22',
} satisfies Pattern;

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
    setTimeout(() => this.start(), pause); // LEAK: timer
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
