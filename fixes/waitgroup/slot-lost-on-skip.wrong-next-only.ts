/**
 * Tried: the limiter goes on to the next task after a skip.
 *
 * **Still leaks because** it finds no free slot, because the skipped task still has it.
 */
import type { Outcome } from '../../lab/contract.ts';

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
      return this.#next(); // TRIED: starts the next task
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
