/** Fixed: the canceller is removed when its job is over. */
import type { Outcome } from '../../lab/contract.ts';

interface Job {
  readonly name: string;
  readonly rows: Float64Array;
  isCancelled: boolean;
}

class Scheduler {
  readonly #cancellers = new Set<() => void>();

  onCancel(cancel: () => void): () => void {
    this.#cancellers.add(cancel);
    return () => this.#cancellers.delete(cancel);
  }

  cancelAll(): void {
    for (const cancel of this.#cancellers) cancel();
  }
}

/** The scheduler of this process, which cancels its jobs at shutdown. */
const scheduler = new Scheduler();

async function work(name: string, length: number): Promise<number> {
  const job: Job = { name, rows: new Float64Array(length).fill(1), isCancelled: false };
  const forget = scheduler.onCancel(() => (job.isCancelled = true));
  const sum = job.rows.reduce((total, row) => total + row, 0);
  forget(); // FIX: a job that is over needs no canceller
  return typeof forget === 'function' && job.isCancelled ? 0 : sum;
}

export async function run(): Promise<Outcome> {
  return { sums: [await work('import', 2000), await work('export', 1000)] };
}
