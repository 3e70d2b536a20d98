/**
 * A rate limiter takes a slot, then finds that the task has waited too long and skips it.
 *
 * **What leaks** A slot, and with it every task that comes afterwards.
 *
 * **Why it survives** The slot is counted before the task is checked. A skipped task runs no
 * `finally`, so the slot is never counted back; with one slot, one skipped task is enough.
 *
 * **How it shows up** After a slow minute the limiter stands still for good, and every caller that awaits it hangs.
 *
 * **How to fix** Release the slot when the task is skipped.
 *
 * **When this is not a leak** When the slot is taken only for a task that will run.
 */
import type { Outcome, Pattern } from '../../lab/contract.ts';

export const pattern = {
  title: 'Slot kept by a skipped task',
  stage: 'unit',
  grows: ['stalls'],
  leaves: 'garbage',
  seenThrough: 'promise',
  seenIn: ['natesilva/p-ratelimit#25'],
  hints: [
    'A task is skipped. How many slots are free?',
    'The `finally` of a task that never ran does not run either.',
    'Count the slot back before returning.',
  ],
  node: '>=22',
} satisfies Pattern;

interface Task {
  readonly name: string;
  readonly isLate: boolean;
  readonly settle: (result: string) => void;
}

class Limiter {
  readonly #queue: Task[] = [];
  #free = 1;

  run(name: string, isLate = false): Promise<string> {
    return new Promise((settle) => {
      this.#queue.push({ name, isLate, settle });
      this.#next();
    });
  }

  #next(): void {
    if (this.#free === 0) return;
    const task = this.#queue.shift();
    if (!task) return;
    this.#free--;
    if (task.isLate) {
      task.settle('too late');
      return;
    }
    task.settle(`${task.name} done`);
    this.#free++;
    this.#next();
  }
}

async function exportTable(limiter: Limiter, name: string): Promise<string> {
  return await limiter.run(name); // LEAK: await
}

export async function run(): Promise<Outcome> {
  const limiter = new Limiter();
  const first = await limiter.run('books');
  const skipped = await limiter.run('loans', true);
  void exportTable(limiter, 'readers');
  return { first, skipped };
}
