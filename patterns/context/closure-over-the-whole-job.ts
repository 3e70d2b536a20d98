/**
 * A scheduler stores a function that cancels each job, and keeps the functions of jobs that are
 * over.
 *
 * **What leaks** One function for each job, and the job's data with it.
 *
 * **Why it survives** A closure holds the variables that it names. The set of cancellers lives with the scheduler,
 * and nothing removes a function when its job is done.
 *
 * **How it shows up** The heap grows with the number of jobs; the snapshot shows `closure` → `context` → `job`.
 *
 * **How to fix** Remove the function when the job is over.
 *
 * **When this is not a leak** When the set serves one batch, and is dropped with the batch.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Cancel callback kept after its job',
  stage: 'unit',
  grows: ['heap'],
  leaves: 'retained',
  seenThrough: 'retention',
  seenIn: ['vitest-dev/vitest#10854'],
  hints: [
    'The job is over. What is its canceller still needed for?',
    'A function that is kept also keeps the variables that it mentions.',
    'Return a function that removes the canceller, and call it when the job is over.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Job {
  readonly name: string;
  readonly rows: Float64Array;
  isCancelled: boolean;
}

class Scheduler {
  readonly #cancellers = new Set<() => void>();

  onCancel(cancel: () => void): () => void {
    this.#cancellers.add(cancel); // LEAK: memory x2
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
  return typeof forget === 'function' && job.isCancelled ? 0 : sum;
}

export async function run(): Promise<Outcome> {
  return { sums: [await work('import', 2000), await work('export', 1000)] };
}
