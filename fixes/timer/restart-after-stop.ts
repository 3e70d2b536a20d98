/** Fixed: `stop` cancels the planned restart. */
import type { Outcome } from '../../lab/contract.ts';

const pause = 30_000;

class Consumer {
  #runner: { readonly topic: string } | undefined;
  #restart: NodeJS.Timeout | undefined; // FIX: the planned restart
  readonly log: string[] = [];

  start(): void {
    this.#runner = { topic: 'orders' };
    this.log.push('started');
  }

  crash(problem: string): void {
    this.#runner = undefined;
    this.log.push(problem);
    this.#restart = setTimeout(() => this.start(), pause); // FIX: can be cancelled
  }

  stop(): void {
    clearTimeout(this.#restart); // FIX: cancel the restart
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
